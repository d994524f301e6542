import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ProcessPayout } from '../../src/modules/payouts/application/process-payout.js';
import { SettlePayout } from '../../src/modules/payouts/application/settle-payout.js';
import type { PayoutView } from '../../src/modules/payouts/application/payout-view.js';
import { JobQueues } from '../../src/platform/queue/job-queues.js';
import { Bahi, type LocalService, type Merchant } from '../support/bahi.js';
import { until } from '../support/wait-for.js';

/** Asks the bank again after a second, and submits once more. */
let quick: Bahi;
/** Waits for the bank as long as it takes: nothing is recovered while a test looks. */
let patient: Bahi;
/** Has no worker until its last tests: what is pending stays pending. */
let still: Bahi;

beforeAll(async () => {
  const quickly = { PAYOUT_PROCESSING_TIMEOUT_SECONDS: '1', PAYOUT_MAX_RETRIES: '1' };
  [quick, patient, still] = await Promise.all([
    Bahi.open({ worker: true, environment: quickly }),
    Bahi.open({ worker: true, environment: { PAYOUT_PROCESSING_TIMEOUT_SECONDS: '20' } }),
    Bahi.open(),
  ]);
  await beginLives();
}, 60_000);

afterAll(() => Promise.all([quick, patient, still].map((bahi) => bahi.close())));

/** The merchant whose payouts live through everything, by the ending of the account. All begin together. */
let acme: Merchant;
let lives: Map<string, PayoutView>;
/** At the bank that takes five seconds. */
let slow: { merchant: Merchant; payout: PayoutView };

const ENDINGS = ['0001', '0002', '0003', '0004', '0006', '0007', '0008'];

async function beginLives(): Promise<void> {
  acme = await quick.aMerchant({ rupees: 1_000, accounts: ENDINGS });
  const begun = ENDINGS.map(async (to): Promise<[string, PayoutView]> => {
    return [to, await acme.aPayout(100, { to, reference_id: `INV-${to}`, narration: 'November invoice' })];
  });
  lives = new Map(await Promise.all(begun));
  const merchant = await patient.aMerchant({ rupees: 100 });
  slow = { merchant, payout: await merchant.aPayout(100, { to: '0005' }) };
}

const lifeOf = (ending: string): PayoutView => lives.get(ending)!;

/** How often the ledger took or gave back the payout's money: one line per movement of `held`. */
async function movementsOf(merchant: Merchant, payoutId: string): Promise<string[]> {
  const lines = await merchant.ledger();
  return lines
    .filter(({ account, reference }) => account === 'held' && reference.id === payoutId)
    .map(({ kind }) => kind);
}

describe('a payout that is accepted', () => {
  it('is pending, with its amount held and everything that was asked for', async () => {
    const fiaz = await still.aMerchant({ rupees: 500 });

    const answer = await fiaz.payOut(60, { reference_id: 'INV-117', narration: 'November invoice' });

    const { id, created_at, updated_at, ...rest } = answer.body as PayoutView;
    expect(answer.status).toBe(201);
    expect(rest).toEqual({
      merchant_id: fiaz.id,
      bank_account_id: await fiaz.account('0001'),
      amount_paise: 60_00,
      currency: 'INR',
      status: 'pending',
      mode: 'IMPS',
      reference_id: 'INV-117',
      narration: 'November invoice',
      recipient: { name: 'Asha Rao', account_number_last4: '0001', ifsc: 'HDFC0000001', vpa: null },
      utr: null,
      failure: null,
      attempts: 0,
      needs_attention: false,
    });
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(updated_at).toBe(created_at);
    expect((await fiaz.api.get(answer.headers.get('location')!)).body).toEqual(answer.body);
    expect(await fiaz.balance()).toEqual({ available: 440, held: 60 });
  });

  it('goes by IMPS up to its limit and by NEFT beyond', async () => {
    const fiaz = await still.aMerchant({ rupees: 2_000_000 });

    const modes = [
      await fiaz.aPayout(500_000),
      await fiaz.aPayout(500_001),
      await fiaz.aPayout(200_000, { mode: 'RTGS' }),
    ];

    expect(modes.map(({ mode }) => mode)).toEqual(['IMPS', 'NEFT', 'RTGS']);
  });
});

describe('the life of a payout', () => {
  it('to an account that takes it is completed, and tells its story', async () => {
    const { id } = lifeOf('0001');

    const payout = await acme.until(id, 'completed');

    expect(payout).toMatchObject({ attempts: 1, failure: null, needs_attention: false });
    expect(payout.utr).toMatch(/^\d{12}$/);
    const [requested, processing, completed, ...more] = await acme.timeline(id);
    expect(more).toEqual([]);
    expect(requested).toEqual({
      type: 'payout.requested',
      from: null,
      to: 'pending',
      at: payout.created_at,
      actor: `merchant:${acme.keyId}`,
      reason: null,
      data: {},
    });
    expect(processing).toEqual({
      type: 'payout.processing',
      from: 'pending',
      to: 'processing',
      at: expect.any(String),
      actor: 'system',
      reason: null,
      data: { gateway: 'bank-simulator', attempt: 1, mode: 'IMPS', request_digest: expect.any(String) },
    });
    expect(completed).toEqual({
      type: 'payout.completed',
      from: 'processing',
      to: 'completed',
      at: payout.updated_at,
      actor: 'bank:bank-simulator',
      reason: null,
      data: { utr: payout.utr, answer: expect.objectContaining({ kind: 'submission', ending: 'succeeded' }) },
    });
    expect(await movementsOf(acme, id)).toEqual(['payout_hold', 'payout_settlement']);
  });

  it('to a closed account fails for the bank’s reason, and gives the money back', async () => {
    const { id } = lifeOf('0002');

    const payout = await acme.until(id, 'failed');

    expect(payout).toMatchObject({ attempts: 1, utr: null });
    expect(payout.failure).toEqual({
      code: 'bank_account_closed',
      reason: 'The beneficiary account is closed.',
      source: 'beneficiary_bank',
      next_action: 'Ask the recipient for another bank account, and pay to that one.',
      retryable: false,
    });
    expect((await acme.timeline(id)).at(-1)).toMatchObject({
      type: 'payout.failed',
      from: 'processing',
      to: 'failed',
      actor: 'bank:bank-simulator',
      reason: 'The beneficiary account is closed.',
      data: { failure: { code: 'bank_account_closed', source: 'beneficiary_bank', retryable: false } },
    });
    expect(await movementsOf(acme, id)).toEqual(['payout_hold', 'payout_release']);
  });

  it.each([
    [
      'that never gets through fails after its retries',
      '0003',
      'failed',
      ['requested', 'processing', 'processing', 'failed'],
      2,
    ],
    [
      'whose answer is lost is completed all the same',
      '0004',
      'completed',
      ['requested', 'processing', 'completed'],
      1,
    ],
    [
      'that the bank takes its time over is completed',
      '0006',
      'completed',
      ['requested', 'processing', 'completed'],
      1,
    ],
    ['that will come back later is completed first', '0007', 'completed', ['requested', 'processing', 'completed'], 1],
  ])(
    '%s',
    async (_how, ending, status, story, attempts) => {
      const { id } = lifeOf(ending);

      const payout = await acme.until(id, status);

      expect(payout.attempts).toBe(attempts);
      expect(await acme.story(id)).toEqual(story);
      expect(await quick.bank.timesPaid(id)).toBe(status === 'completed' ? 1 : 0);
    },
    60_000,
  );

  it('at a bank that is down stays processing, keeps its hold, and asks for attention', async () => {
    const { id } = lifeOf('0008');

    const payout = await acme.payoutThat('needs attention', id, ({ needs_attention }) => needs_attention);

    expect(payout).toMatchObject({ status: 'processing', attempts: 1, utr: null, failure: null });
    expect(await acme.story(id)).toEqual(['requested', 'processing', 'needs_attention']);
    expect(await movementsOf(acme, id)).toEqual(['payout_hold']);
  }, 60_000);

  it('at a bank that answers after five seconds is completed by that answer', async () => {
    const { merchant, payout } = slow;

    const completed = await merchant.until(payout.id, 'completed');

    const [, processing, end] = await merchant.timeline(payout.id);
    expect(Date.parse(end!.at) - Date.parse(processing!.at)).toBeGreaterThanOrEqual(4_900);
    expect(completed.attempts).toBe(1);
    expect(await patient.bank.submissions(payout.id)).toBe(1);
  });

  it('ends with every rupee accounted for', async () => {
    // ₹1,000, of which four times ₹100 were paid and one ₹100 is still held for the bank that is down.
    await until('all but one have ended', async () => (await acme.balance()).held === 100, 40_000, 40);

    expect(await acme.balance()).toEqual({ available: 500, held: 100 });
    expect(await quick.findings()).toEqual([]);
    expect(await quick.bank.paidTwice()).toEqual([]);
  }, 60_000);
});

/** Of the payouts above, when each has come as far as it will. */
describe('the list of payouts', () => {
  let newestFirst: string[];

  beforeAll(async () => {
    await acme.until(lifeOf('0003').id, 'failed');
    await acme.payoutThat('needs attention', lifeOf('0008').id, ({ needs_attention }) => needs_attention);
    await Promise.all(['0001', '0004', '0006', '0007'].map((ending) => acme.until(lifeOf(ending).id, 'completed')));
    newestFirst = Array.from(lives.values(), ({ id }) => id)
      .sort()
      .reverse();
  }, 90_000);

  const ids = async (query: string, merchant = acme): Promise<string[]> =>
    (await merchant.api.get(`/payouts${query}`)).body.results.map(({ id }: PayoutView) => id) as string[];
  const of = (...endings: string[]): string[] => newestFirst.filter((id) => endings.some((e) => lifeOf(e).id === id));

  it('is the newest first, in the words of the single payout', async () => {
    const { body } = await acme.api.get('/payouts');

    expect(body.results.map(({ id }: PayoutView) => id)).toEqual(newestFirst);
    expect(body).toMatchObject({ next: null, previous: null });
    expect(body.results[0]).toEqual(await acme.payout(newestFirst[0]!));
  });

  it.each<[string, () => string, () => string[]]>([
    ['status', () => 'status=completed', () => of('0001', '0004', '0006', '0007')],
    ['status', () => 'status=failed', () => of('0002', '0003')],
    ['status', () => 'status=processing', () => of('0008')],
    ['status', () => 'status=cancelled', () => []],
    ['bank account', () => `bank_account_id=${lifeOf('0002').bank_account_id}`, () => of('0002')],
    ['reference', () => 'reference_id=INV-0004', () => of('0004')],
    ['unknown reference', () => 'reference_id=INV-9999', () => []],
    ['attention', () => 'needs_attention=true', () => of('0008')],
    ['no attention', () => 'needs_attention=false', () => of('0001', '0002', '0003', '0004', '0006', '0007')],
    [
      'beginning of time',
      () => `created_from=${lifeOf('0001').created_at}`,
      () => newestFirst.filter(notBefore('0001')),
    ],
    ['end of time', () => `created_to=${lifeOf('0007').created_at}`, () => newestFirst.filter(before('0007'))],
    ['several at once', () => `status=failed&reference_id=INV-0002&needs_attention=false`, () => of('0002')],
    ['contradicting ones', () => `status=failed&reference_id=INV-0001`, () => []],
    ['own merchant', () => `merchant_id=${acme.id}`, () => newestFirst],
  ])('can be limited by %s', async (_what, query, expected) => {
    expect(await ids(`?${query()}`)).toEqual(expected());
  });

  it('can be limited by UTR', async () => {
    const { utr, id } = await acme.payout(lifeOf('0004').id);

    expect(await ids(`?utr=${utr}`)).toEqual([id]);
  });

  const createdAt = (id: string): string => Array.from(lives.values()).find((payout) => payout.id === id)!.created_at;
  const notBefore = (ending: string) => (id: string) => createdAt(id) >= lifeOf(ending).created_at;
  const before = (ending: string) => (id: string) => createdAt(id) < lifeOf(ending).created_at;

  it('is walked by cursor to its end and back to its start, each payout once', async () => {
    const forwards: string[][] = [];
    let path: string | null = '/payouts?limit=3';
    let last = '';
    while (path !== null) {
      const { body } = await acme.api.get(path);
      forwards.push(body.results.map(({ id }: PayoutView) => id));
      last = body.previous;
      path = body.next;
    }
    const backwards: string[][] = [forwards.at(-1)!];
    for (path = last; path !== null;) {
      const { body } = await acme.api.get(path);
      backwards.unshift(body.results.map(({ id }: PayoutView) => id));
      path = body.previous;
    }

    expect(forwards).toEqual([newestFirst.slice(0, 3), newestFirst.slice(3, 6), newestFirst.slice(6)]);
    expect(backwards).toEqual(forwards);
  });

  it('keeps its filters on the way, and refuses a cursor with other ones', async () => {
    const { next } = (await acme.api.get('/payouts?limit=2&status=completed')).body;

    expect((await acme.api.get(next)).body.results.map(({ id }: PayoutView) => id)).toEqual(
      of('0001', '0004', '0006', '0007').slice(2),
    );
    const other = await acme.api.get(next.replace('completed', 'failed'));
    expect([other.status, other.body.code]).toEqual([400, 'cursor_invalid']);
  });

  it('is not disturbed by payouts that come while it is walked', async () => {
    const fiaz = await still.aMerchant({ rupees: 500 });
    const older = [await fiaz.aPayout(1), await fiaz.aPayout(2), await fiaz.aPayout(3)].map(({ id }) => id);
    const { body } = await fiaz.api.get('/payouts?limit=2');
    const newer = (await fiaz.aPayout(4)).id;

    expect((await fiaz.api.get(body.next)).body.results.map(({ id }: PayoutView) => id)).toEqual([older[0]]);
    expect(await ids('?limit=1', fiaz)).toEqual([newer]);
  });

  it('can be read by offset', async () => {
    const { body } = await acme.api.get('/payouts?limit=3&offset=2');

    expect(body.results.map(({ id }: PayoutView) => id)).toEqual(newestFirst.slice(2, 5));
    expect((await acme.api.get(body.next)).body.results.map(({ id }: PayoutView) => id)).toEqual(newestFirst.slice(5));
    expect((await acme.api.get(body.previous)).body.results.map(({ id }: PayoutView) => id)).toEqual(
      newestFirst.slice(0, 3),
    );
    expect(await ids('?offset=7')).toEqual([]);
  });

  it('shows an operator everybody’s payouts, or one merchant’s', async () => {
    const fiaz = await quick.aMerchant({ rupees: 100 });
    const foreign = (await fiaz.aPayout(1)).id;
    const operator = quick.asOperator();
    const seen = async (query: string): Promise<string[]> =>
      (await operator.get(`/payouts${query}`)).body.results.map(({ id }: PayoutView) => id) as string[];

    expect(await seen('?limit=100')).toEqual([foreign, ...newestFirst]);
    expect(await seen(`?merchant_id=${acme.id}`)).toEqual(newestFirst);
    expect((await operator.get('/payouts', { merchant: fiaz })).body.results).toHaveLength(1);
  });
});

describe('a pending payout', () => {
  it('is cancelled by its merchant, and the money is available again', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const { id } = await fiaz.aPayout(60);

    const cancelled = await fiaz.api.post(`/payouts/${id}/cancel`);

    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'cancelled']);
    expect(await fiaz.balance()).toEqual({ available: 100, held: 0 });
    expect((await fiaz.timeline(id)).at(-1)).toMatchObject({
      type: 'payout.cancelled',
      from: 'pending',
      to: 'cancelled',
      actor: `merchant:${fiaz.keyId}`,
    });
  });

  it('is cancelled once, however often it is asked for', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const { id } = await fiaz.aPayout(60);
    const other = await still.serve();

    const answers = await Promise.all(
      [fiaz, fiaz.at(other), fiaz, fiaz.at(other)].map((merchant) => merchant.api.post(`/payouts/${id}/cancel`)),
    );
    answers.push(await fiaz.api.post(`/payouts/${id}/cancel`));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await movementsOf(fiaz, id)).toEqual(['payout_hold', 'payout_release']);
    expect(await fiaz.story(id)).toEqual(['requested', 'cancelled']);
  });

  it('is cancelled by an operator, whose key the timeline names', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const { id } = await fiaz.aPayout(60);

    expect((await still.asOperator().post(`/payouts/${id}/cancel`)).body.status).toBe('cancelled');

    expect((await fiaz.timeline(id)).at(-1)!.actor).toMatch(/^operator:[0-9a-f-]{36}$/);
  });

  it('that has gone to the bank is not cancelled any more', async () => {
    const answer = await acme.api.post(`/payouts/${lifeOf('0008').id}/cancel`);

    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      code: 'invalid_transition',
      current_status: 'processing',
      allowed_statuses: [],
    });
  });

  it.each([
    ['0001', 'completed'],
    ['0002', 'failed'],
  ])('to the account %s that is %s is not cancelled any more', async (ending, status) => {
    await acme.until(lifeOf(ending).id, status);

    const answer = await acme.api.post(`/payouts/${lifeOf(ending).id}/cancel`);

    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'invalid_transition', current_status: status, allowed_statuses: [] });
  });
});

const UTR = 'HDFCN52026112101';

/** Two payouts with one UTR would be a finding of verify. */
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
    expect(await movementsOf(tiny, id)).toEqual(['payout_hold', 'payout_settlement']);
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

    it('may do so when the bank cannot say and the payout needs attention', async () => {
      const tiny = await quick.aMerchant({ rupees: 100, accounts: ['0008'] });
      const { id } = await tiny.aPayout(60, { to: '0008' });
      await tiny.payoutThat('needs attention', id, ({ needs_attention }) => needs_attention);

      const answer = await fail(quick, id);

      expect(answer.body).toMatchObject({ status: 'failed', needs_attention: false });
      expect(answer.body.failure).toMatchObject({ code: 'failed_by_operator', source: 'internal' });
      expect(await movementsOf(tiny, id)).toEqual(['payout_hold', 'payout_release']);
    }, 60_000);
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
    expect(await movementsOf(tiny, id)).toEqual(['payout_hold', 'payout_release']);
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

    await processor.execute(tiny.id, id);
    await processor.execute(tiny.id, id);

    expect((await tiny.payout(id)).status).toBe('failed');
    expect(await movementsOf(tiny, id)).toEqual(['payout_hold', 'payout_release']);
    expect(await still.bank.submissions(id)).toBe(1);
    expect(await tiny.balance()).toEqual({ available: 100, held: 0 });
  });

  it('has given its hold back once when two processors raced', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await tiny.aPayout(5, { to: '0002' })).id));
    const processors = [still.service, other].map((service) => service.get(ProcessPayout));

    await Promise.all(ids.flatMap((id) => processors.map((processor) => processor.execute(tiny.id, id))));

    for (const id of ids) {
      expect(await movementsOf(tiny, id)).toEqual(['payout_hold', 'payout_release']);
      expect(await tiny.story(id)).toEqual(['requested', 'processing', 'failed']);
      expect(await still.bank.submissions(id)).toBe(1);
    }
    expect(await tiny.balance()).toEqual({ available: 100, held: 0 });
  });

  it('has given its hold back once when two processes heard the bank’s answer', async () => {
    const { id } = await tiny.aPayout(60, { to: '0002' });
    await still.service.get(ProcessPayout).execute(tiny.id, id);
    const { failure } = await tiny.payout(id);
    const second = await tiny.aPayout(60, { to: '0002' });
    await still.asOperator().patch(`/payouts/${second.id}`, { status: 'processing', reason: 'test' });
    const settlements = [still.service, other].map((service) => service.get(SettlePayout));
    const call = { kind: 'submission', gateway: 'bank-simulator', attempt: 0, askedAt: new Date() } as const;
    const answer = { kind: 'rejected', failure: failure as never } as const;

    await Promise.all(settlements.map((settlement) => settlement.execute(tiny.id, second.id, call, answer)));

    expect(await movementsOf(tiny, second.id)).toEqual(['payout_hold', 'payout_release']);
    expect(await tiny.story(second.id)).toEqual(['requested', 'processing', 'failed']);
    expect(await tiny.balance()).toEqual({ available: 100, held: 0 });
  });

  it('has given its hold back once when its job was in the queue many times, with two workers on it', async () => {
    const fiaz = await quick.aMerchant({ rupees: 100, accounts: ['0002'] });
    const worker = await quick.serve({ worker: true });
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
    await until('the queue is empty', async () => (await quick.count('queue.job')) === 0, 20_000);

    for (const id of ids) {
      expect(await movementsOf(fiaz, id)).toEqual(['payout_hold', 'payout_release']);
      expect(await quick.bank.submissions(id)).toBe(1);
    }
    expect(await fiaz.balance()).toEqual({ available: 100, held: 0 });
    await worker.stop();
  }, 60_000);
});

describe('merchants', () => {
  it('do not see each other’s payouts', async () => {
    const [owner, stranger] = (await still.merchants(2, { rupees: 100 })) as [Merchant, Merchant];
    const { id } = await owner.aPayout(60);

    const answers = [
      await stranger.api.get(`/payouts/${id}`),
      await stranger.api.get(`/payouts/${id}/events`),
      await stranger.api.post(`/payouts/${id}/cancel`),
      await stranger.api.get(`/payouts/${randomUUID()}`),
      await stranger.api.get('/payouts/1'),
    ];

    for (const { status, body } of answers) expect([status, body.code]).toEqual([404, 'not_found']);
    expect((await stranger.api.get('/payouts')).body.results).toEqual([]);
    expect((await stranger.api.get(`/payouts?bank_account_id=${await owner.account('0001')}`)).body.results).toEqual(
      [],
    );
    expect((await owner.payout(id)).status).toBe('pending');
  });

  it('do not pay to each other’s accounts, nor in each other’s name', async () => {
    const [owner, stranger] = (await still.merchants(2, { rupees: 100 })) as [Merchant, Merchant];
    const order = { amount_paise: 60_00, bank_account_id: await owner.account('0001') };

    const toTheirs = await stranger.api.post('/payouts', order, { key: randomUUID() });
    const inTheirName = await stranger.api.post('/payouts', order, { key: randomUUID(), merchant: owner });

    expect([toTheirs.status, toTheirs.body.code]).toEqual([422, 'bank_account_unknown']);
    expect([inTheirName.status, inTheirName.body.code]).toEqual([403, 'forbidden']);
    expect(await owner.balance()).toEqual({ available: 100, held: 0 });
  });

  it('decide nothing that is an operator’s to decide', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const { id } = await fiaz.aPayout(60);

    const answers = [
      await fiaz.api.patch(`/payouts/${id}`, { status: 'completed', reason: 'please', utr: UTR }),
      await fiaz.api.delete(`/payouts/${id}`),
    ];

    for (const { status, body } of answers) expect([status, body.code]).toEqual([403, 'forbidden']);
    expect((await fiaz.payout(id)).status).toBe('pending');
  });
});

describe('an operator who acts for a merchant', () => {
  it('names it where one is needed', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const operator = still.asOperator();
    const order = { amount_paise: 60_00, bank_account_id: await fiaz.account('0001') };

    const nameless = await operator.post('/payouts', order, { key: randomUUID() });
    const named = await operator.post('/payouts', order, { key: randomUUID(), merchant: fiaz });

    expect([nameless.status, nameless.body.code]).toEqual([400, 'validation_failed']);
    expect(nameless.body.errors[0].pointer).toBe('#/headers/X-Merchant-Id');
    expect([named.status, named.body.merchant_id]).toEqual([201, fiaz.id]);
    expect((await fiaz.timeline(named.body.id))[0]!.actor).toMatch(/^operator:/);
    expect((await operator.get('/balance')).status).toBe(400);
    expect((await operator.get(`/balance?merchant_id=${fiaz.id}`)).body.held_paise).toBe(60_00);
  });

  it('shares the key’s scope with the merchant', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const order = { amount_paise: 60_00, bank_account_id: await fiaz.account('0001') };
    const key = randomUUID();

    const original = await fiaz.api.post('/payouts', order, { key });
    const replay = await still.asOperator().post('/payouts', order, { key, merchant: fiaz });

    expect([replay.status, replay.text]).toEqual([200, original.text]);
  });

  it('reads and decides by id alone, but not in the name of somebody else', async () => {
    const [fiaz, tiny] = (await still.merchants(2, { rupees: 100 })) as [Merchant, Merchant];
    const { id } = await fiaz.aPayout(60);
    const operator = still.asOperator();

    expect((await operator.get(`/payouts/${id}`)).body.merchant_id).toBe(fiaz.id);
    expect((await operator.get(`/payouts/${id}/events`)).body.results).toHaveLength(1);
    expect((await operator.get(`/payouts/${id}`, { merchant: tiny })).status).toBe(404);
    expect(
      (await operator.patch(`/payouts/${id}`, { status: 'cancelled', reason: 'x' }, { merchant: tiny })).status,
    ).toBe(404);
    expect((await operator.delete(`/payouts/${id}`, { merchant: tiny })).status).toBe(404);
    expect((await operator.patch(`/payouts/${randomUUID()}`, { status: 'cancelled', reason: 'x' })).status).toBe(404);
    expect((await fiaz.payout(id)).status).toBe('pending');
  });
});

describe('an account or a merchant that is closed', () => {
  it('refuses new payouts to an inactive account, until it is active again', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const account = `/bank-accounts/${await fiaz.account('0001')}`;
    await fiaz.api.patch(account, { is_active: false });

    const refused = await fiaz.payOut(60);
    await fiaz.api.patch(account, { is_active: true });

    expect([refused.status, refused.body.code]).toEqual([422, 'bank_account_inactive']);
    expect((await fiaz.payOut(60)).status).toBe(201);
  });

  it('refuses new payouts of an inactive merchant, who still reads', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const { id } = await fiaz.aPayout(10);
    await still.asOperator().patch(`/merchants/${fiaz.id}`, { is_active: false });

    const refused = await fiaz.payOut(60);

    expect([refused.status, refused.body.code]).toEqual([403, 'merchant_inactive']);
    expect((await fiaz.payout(id)).status).toBe('pending');
    expect(await fiaz.balance()).toEqual({ available: 90, held: 10 });
    expect((await still.asOperator().post('/payouts', {}, { key: 'x', merchant: fiaz })).status).toBe(400);
  });

  /** From here on there is a worker where there was none: everything that was still pending goes on. */
  it('does not stop a payout that was made before, nor change whom it is paid to', async () => {
    const fiaz = await still.aMerchant({ rupees: 100, accounts: ['0001'] });
    const { id, recipient } = await fiaz.aPayout(60);
    await fiaz.api.patch(`/bank-accounts/${await fiaz.account('0001')}`, { is_active: false });
    await still.asOperator().patch(`/merchants/${fiaz.id}`, { is_active: false });
    // Nobody can change an account's number, and if somebody could: the payout would not follow.
    await still.psql.query(
      `UPDATE bank_accounts SET account_number = '9990002', account_holder_name = 'Mallory' WHERE id = $1`,
      [await fiaz.account('0001')],
    );

    await still.serve({ worker: true });
    const payout = await fiaz.until(id, 'completed');

    expect(payout.recipient).toEqual(recipient);
    expect(
      await still.psql.query(
        'SELECT account_number, beneficiary_name FROM bank_simulator.transfers WHERE reference = $1',
        [id],
      ),
    ).toEqual([{ account_number: '50100012340001', beneficiary_name: 'Asha Rao' }]);
    expect(await fiaz.balance()).toEqual({ available: 40, held: 0 });
  });

  it('nor what an operator sent off by hand', async () => {
    const fiaz = await still.aMerchant({ rupees: 100 });
    const { id } = await fiaz.aPayout(60);

    await still.asOperator().patch(`/payouts/${id}`, { status: 'processing', reason: 'Urgent' });
    const payout = await fiaz.until(id, 'completed');

    expect(payout.attempts).toBe(1);
    expect(await still.bank.timesPaid(id)).toBe(1);
  });

  it('and leaves all books in order', async () => {
    await until(
      'all has ended',
      async () => (await still.count('payouts WHERE next_attempt_at IS NOT NULL')) === 0,
      20_000,
      40,
    );

    expect(await still.findings()).toEqual([]);
    expect(await still.bank.paidTwice()).toEqual([]);
    expect(
      await still.count('ledger_entries WHERE balance_paise < 0 AND account IN ($1, $2)', ['available', 'held']),
    ).toBe(0);
  }, 60_000);
});
