import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ProcessPayout } from '../../src/modules/payouts/application/process-payout.js';
import { SettlePayout } from '../../src/modules/payouts/application/settle-payout.js';
import type { PayoutView } from '../../src/modules/payouts/application/payout-view.js';
import { JobQueues } from '../../src/platform/queue/job-queues.js';
import { Bahi } from '../support/bahi.js';
import type { LocalService } from '../support/local-service.js';
import type { Merchant } from '../support/merchant.js';
import { until } from '../support/wait-for.js';

/** Asks the bank again after a second, and submits once more. */
let quick: Bahi;
/** Waits for the bank as long as it takes: nothing is recovered during a test. */
let patient: Bahi;
/** Has no worker: a pending payout stays pending. */
let still: Bahi;

beforeAll(async () => {
  const quickly = { PROCESSING_TIMEOUT_SECONDS: '1', MAX_RETRIES: '1' };
  [quick, patient, still] = await Promise.all([
    Bahi.open({ worker: true, environment: quickly }),
    Bahi.open({ worker: true, environment: { PROCESSING_TIMEOUT_SECONDS: '20' } }),
    Bahi.open(),
  ]);
});

afterAll(() => Promise.all([quick, patient, still].map((bahi) => bahi.close())));

const UTR = 'HDFCN52026112101';

/** Two payouts with one UTR would be a finding of `verify`. */
let utrs = 10;
const aUtr = (): string => `HDFCN520261122${utrs++}`;

/** Brings a payout to a status as an operator does, without a bank. */
async function aPayoutThatIs(status: string, merchant: Merchant): Promise<string> {
  const { id } = await merchant.aPayout(1);
  const operator = still.asOperator();
  const decide = (to: string, utr?: string) => operator.patch(`/payouts/${id}`, { status: to, reason: 'test', utr });
  if (status === 'cancelled') await decide('cancelled');
  if (['processing', 'completed', 'failed'].includes(status)) await decide('processing');
  if (status === 'completed') await decide('completed', aUtr());
  if (status === 'failed') await decide('failed');
  expect((await merchant.payout(id)).status).toBe(status);
  return id;
}

describe('an operator', () => {
  let fiaz: Merchant;

  beforeAll(async () => {
    fiaz = await still.aMerchant({ rupees: 500 });
  });

  const allowed: Record<string, string[]> = {
    pending: ['processing', 'cancelled'],
    processing: ['completed', 'failed'],
    completed: [],
    failed: [],
    cancelled: [],
  };
  const pairs = Object.keys(allowed).flatMap((from) =>
    ['processing', 'cancelled', 'completed', 'failed'].map((to): [string, string] => [from, to]),
  );

  it.each(pairs)('moves a payout from %s to %s as the machine allows it', async (from, to) => {
    const id = await aPayoutThatIs(from, fiaz);
    const { held } = await fiaz.balance();

    const decision = { status: to, reason: 'Agreed on the phone', ...(to === 'completed' ? { utr: aUtr() } : {}) };
    const answer = await still.asOperator().patch(`/payouts/${id}`, decision);

    if (allowed[from]!.includes(to)) {
      expect([answer.status, answer.body.status]).toEqual([200, to]);
      expect((await fiaz.timeline(id)).at(-1)).toMatchObject({ from, to, reason: 'Agreed on the phone' });
      expect((await fiaz.timeline(id)).at(-1)!.actor).toMatch(/^operator:/);
      expect((await fiaz.balance()).held).toBe(to === 'processing' ? held : held - 1);
    } else {
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({
        code: 'invalid_transition',
        current_status: from,
        allowed_statuses: allowed[from],
      });
      expect((await fiaz.payout(id)).status).toBe(from);
      expect((await fiaz.balance()).held).toBe(held);
    }
  });

  it('completes a payout with the bank’s UTR, and the money has left', async () => {
    const tiny = await still.aMerchant({ rupees: 100 });
    const id = await aPayoutThatIs('processing', tiny);

    const answer = await still
      .asOperator()
      .patch(`/payouts/${id}`, { status: 'completed', reason: 'Seen', utr: `A${UTR}` });

    expect(answer.body).toMatchObject({ status: 'completed', utr: `A${UTR}` });
    expect(await tiny.movementsOf(id)).toEqual(['payout_hold', 'payout_settlement']);
    expect(await tiny.balance()).toEqual({ available: 99, held: 0 });
  });

  it('fails a payout that no bank has seen, and the money is available again', async () => {
    const tiny = await still.aMerchant({ rupees: 100 });
    const id = await aPayoutThatIs('processing', tiny);

    const answer = await still.asOperator().patch(`/payouts/${id}`, { status: 'failed', reason: 'A mistake' });

    expect(answer.body.failure).toMatchObject({ code: 'failed_by_operator' });
    expect(await tiny.balance()).toEqual({ available: 100, held: 0 });
  });

  it.each([
    ['completes nothing without a UTR', { status: 'completed', reason: 'x' }, '#/utr'],
    ['gives a UTR with completed only', { status: 'failed', reason: 'x', utr: UTR }, '#/utr'],
    ['says why', { status: 'cancelled' }, '#/reason'],
    ['knows no other status', { status: 'paid', reason: 'x' }, '#/status'],
  ])('%s', async (_rule, decision, pointer) => {
    const id = await aPayoutThatIs('processing', fiaz);

    const answer = await still.asOperator().patch(`/payouts/${id}`, decision);

    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect((await fiaz.payout(id)).status).toBe('processing');
  });

  describe('who wants to fail a payout that is with the bank', () => {
    const fail = (bahi: Bahi, id: string) =>
      bahi.asOperator().patch(`/payouts/${id}`, { status: 'failed', reason: 'Too slow' });

    it.each([
      ['has not decided it', '0006', 'bank_has_it', ''],
      ['has nothing under its reference yet', '0003', 'outcome_unknown', ''],
      ['does not answer', '0008', 'outcome_unknown', ''],
    ])('is refused while the bank %s', async (_what, to, code, detail) => {
      const tiny = await patient.aMerchant({ rupees: 100, accounts: [to] });
      const { id } = await tiny.aPayout(60, { to });
      const atTheBank = async (): Promise<boolean> => to === '0003' || (await patient.bank.submissions(id)) === 1;
      await tiny.until(id, 'processing');
      await until('the bank has it', atTheBank);

      const answer = await fail(patient, id);

      expect([answer.status, answer.body.code]).toEqual([409, code]);
      expect(answer.body.detail).toContain(detail);
      expect(await tiny.payout(id)).toMatchObject({ status: 'processing' });
      expect(await tiny.balance()).toEqual({ available: 40, held: 60 });
    });

    it('is refused while the bank has paid it and its answer is lost, and the payout is completed by that', async () => {
      const tiny = await patient.aMerchant({ rupees: 100, accounts: ['0004'] });
      const { id } = await tiny.aPayout(60, { to: '0004' });
      await until('the bank has it', async () => (await patient.bank.submissions(id)) === 1);

      const answer = await fail(patient, id);

      expect([answer.status, answer.body.code]).toEqual([409, 'bank_has_it']);
      expect(answer.body.detail).toContain('paid');
      expect(await tiny.payout(id)).toMatchObject({ status: 'completed' });
      expect(await tiny.balance()).toEqual({ available: 40, held: 0 });
    });

    it('may do so when the outcome is unknown and the payout needs attention', async () => {
      const tiny = await quick.aMerchant({ rupees: 100, accounts: ['0008'] });
      const { id } = await tiny.aPayout(60, { to: '0008' });
      await tiny.payoutThat('needs attention', id, ({ needs_attention }) => needs_attention);

      const answer = await fail(quick, id);

      expect(answer.body).toMatchObject({ status: 'failed', needs_attention: false });
      expect(answer.body.failure).toMatchObject({ code: 'failed_by_operator', source: 'internal' });
      expect(await tiny.movementsOf(id)).toEqual(['payout_hold', 'payout_release']);
    });
  });
});

describe('a payout that an operator deletes', () => {
  const listed = async (merchant: Merchant, query = ''): Promise<string[]> =>
    (await merchant.api.get(`/payouts${query}`)).body.results.map(({ id }: PayoutView) => id) as string[];

  it('is cancelled if it was pending, leaves the lists, and stays readable by its id', async () => {
    const tiny = await still.aMerchant({ rupees: 100 });
    const { id } = await tiny.aPayout(60);
    const operator = still.asOperator();

    const answer = await operator.delete(`/payouts/${id}?reason=${encodeURIComponent('made by mistake')}`);

    expect([answer.status, answer.text]).toEqual([204, '']);
    expect((await tiny.payout(id)).status).toBe('cancelled');
    expect(await tiny.balance()).toEqual({ available: 100, held: 0 });
    expect(await listed(tiny)).toEqual([]);
    expect(await listed(tiny, '?include_archived=true')).toEqual([id]);
    const [, cancelled, archived] = await tiny.timeline(id);
    expect(cancelled).toMatchObject({ type: 'payout.cancelled', reason: 'made by mistake' });
    expect(archived).toMatchObject({
      type: 'payout.archived',
      reason: 'made by mistake',
      from: 'cancelled',
      to: 'cancelled',
    });
    expect(archived!.actor).toMatch(/^operator:/);
  });

  it('is deleted again without a further effect', async () => {
    const tiny = await still.aMerchant({ rupees: 100 });
    const { id } = await tiny.aPayout(60);
    const operator = still.asOperator();

    const answers = await Promise.all([1, 2, 3].map(() => operator.delete(`/payouts/${id}`)));

    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(await tiny.story(id)).toEqual(['requested', 'cancelled', 'archived']);
    expect(await tiny.movementsOf(id)).toEqual(['payout_hold', 'payout_release']);
  });

  it.each(['completed', 'failed', 'cancelled'])('keeps its end if it was %s', async (status) => {
    const tiny = await still.aMerchant({ rupees: 100 });
    const id = await aPayoutThatIs(status, tiny);
    const before = await tiny.balance();

    expect((await still.asOperator().delete(`/payouts/${id}`)).status).toBe(204);

    expect((await tiny.payout(id)).status).toBe(status);
    expect(await tiny.balance()).toEqual(before);
    expect(await listed(tiny)).toEqual([]);
  });

  it('stays where it is while it is processing', async () => {
    const tiny = await still.aMerchant({ rupees: 100 });
    const id = await aPayoutThatIs('processing', tiny);

    const answer = await still.asOperator().delete(`/payouts/${id}`);

    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      code: 'invalid_transition',
      current_status: 'processing',
      allowed_statuses: ['completed', 'failed'],
    });
    expect(await listed(tiny)).toEqual([id]);
  });
});

describe('a payout that failed', () => {
  let tiny: Merchant;
  let other: LocalService;

  beforeAll(async () => {
    tiny = await still.aMerchant({ rupees: 100, accounts: ['0002'] });
    other = await still.serve();
  });

  it('has given its hold back once when the processor ran twice', async () => {
    const { id } = await tiny.aPayout(60, { to: '0002' });
    const processor = still.service.get(ProcessPayout);

    await processor.execute({ merchantId: tiny.id, payoutId: id });
    await processor.execute({ merchantId: tiny.id, payoutId: id });

    expect((await tiny.payout(id)).status).toBe('failed');
    expect(await tiny.movementsOf(id)).toEqual(['payout_hold', 'payout_release']);
    expect(await still.bank.submissions(id)).toBe(1);
    expect(await tiny.balance()).toEqual({ available: 100, held: 0 });
  });

  it('has given its hold back once when two processors raced', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await tiny.aPayout(5, { to: '0002' })).id));
    const processors = [still.service, other].map((service) => service.get(ProcessPayout));

    await Promise.all(
      ids.flatMap((id) => processors.map((processor) => processor.execute({ merchantId: tiny.id, payoutId: id }))),
    );

    for (const id of ids) {
      expect(await tiny.movementsOf(id)).toEqual(['payout_hold', 'payout_release']);
      expect(await tiny.story(id)).toEqual(['requested', 'processing', 'failed']);
      expect(await still.bank.submissions(id)).toBe(1);
    }
    expect(await tiny.balance()).toEqual({ available: 100, held: 0 });
  });

  it('has given its hold back once when two processes received the bank’s answer', async () => {
    const { id } = await tiny.aPayout(60, { to: '0002' });
    await still.service.get(ProcessPayout).execute({ merchantId: tiny.id, payoutId: id });
    const { failure } = await tiny.payout(id);
    const second = await tiny.aPayout(60, { to: '0002' });
    await still.asOperator().patch(`/payouts/${second.id}`, { status: 'processing', reason: 'test' });
    const settlements = [still.service, other].map((service) => service.get(SettlePayout));
    const call = { kind: 'submission', gateway: 'bank-simulator', attempt: 0, askedAtMs: performance.now() } as const;
    const answer = { kind: 'rejected', failure: failure as never } as const;

    await Promise.all(settlements.map((settlement) => settlement.execute(tiny.id, second.id, call, answer)));

    expect(await tiny.movementsOf(second.id)).toEqual(['payout_hold', 'payout_release']);
    expect(await tiny.story(second.id)).toEqual(['requested', 'processing', 'failed']);
    expect(await tiny.balance()).toEqual({ available: 100, held: 0 });
  });

  it('has given its hold back once when its job was in the queue many times, with two workers on it', async () => {
    const fiaz = await patient.aMerchant({ rupees: 100, accounts: ['0002'] });
    const worker = await patient.serve({ worker: true });
    const ids = await Promise.all(Array.from({ length: 10 }, async () => (await fiaz.aPayout(10, { to: '0002' })).id));
    const jobs = ids.flatMap((payoutId) =>
      Array.from({ length: 4 }, () => ({
        queue: 'payouts' as const,
        name: 'process',
        id: randomUUID(),
        data: { merchantId: fiaz.id, payoutId },
      })),
    );

    await worker.get(JobQueues).add(jobs);
    await Promise.all(ids.map((id) => fiaz.until(id, 'failed')));
    await until('the queue is empty', async () => (await patient.count('queue.job')) === 0);

    for (const id of ids) {
      expect(await fiaz.movementsOf(id)).toEqual(['payout_hold', 'payout_release']);
      expect(await patient.bank.submissions(id)).toBe(1);
    }
    expect(await fiaz.balance()).toEqual({ available: 100, held: 0 });
    await worker.stop();
  });
});

it('all this leaves all books in order', async () => {
  for (const bahi of [quick, patient, still]) {
    expect(await bahi.findings()).toEqual([]);
    expect(await bahi.bank.paidTwice()).toEqual([]);
  }
});
