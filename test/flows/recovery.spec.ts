import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProcessPayout } from '../../src/modules/payouts/application/process-payout.js';
import { SettlePayout } from '../../src/modules/payouts/application/settle-payout.js';
import type { PayoutView } from '../../src/modules/payouts/application/payout-view.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { until } from '../support/wait-for.js';

/** A call to the bank may take a third of a second, and the bank is asked a second later. */
const TIMEOUT_MS = 1_000;
const CALL_MS = TIMEOUT_MS / 3;
const RETRIES = 2;
const QUICKLY = { PROCESSING_TIMEOUT_SECONDS: '1', MAX_RETRIES: `${RETRIES}` };

/** Timestamps are whole milliseconds. */
const ROUNDING_MS = 2;

const opened: Bahi[] = [];

async function aBahi(options: Parameters<typeof Bahi.open>[0]): Promise<Bahi> {
  const bahi = await Bahi.open(options);
  opened.push(bahi);
  return bahi;
}

/** The Bahi with the payouts to the troublesome accounts. They start together, and each test waits for its own. */
let bahi: Bahi;
let acme: Merchant;
let lost: PayoutView;
let neverReceived: PayoutView;
let down: PayoutView;
let pending: PayoutView;
let rejected: PayoutView;

beforeAll(async () => {
  bahi = await aBahi({ worker: true, environment: QUICKLY });
  acme = await bahi.aMerchant({ rupees: 500, accounts: ['0002', '0003', '0004', '0006', '0008'] });
  const all = ['0004', '0003', '0008', '0006', '0002'].map((to) => acme.aPayout(100, { to }));
  [lost, neverReceived, down, pending, rejected] = (await Promise.all(all)) as [
    PayoutView,
    PayoutView,
    PayoutView,
    PayoutView,
    PayoutView,
  ];
});

afterAll(() => Promise.all(opened.map((ownBahi) => ownBahi.close())));

/** What only the database knows of a payout: its lease, and what the bank has said so far. */
interface Row {
  readonly status: string;
  readonly gateway: string | null;
  readonly attempts: number;
  readonly inquiries: number;
  readonly next_step: string | null;
  readonly not_found_at: Date | null;
  readonly lease_ms: number;
}

async function rowOf(ownBahi: Bahi, id: string): Promise<Row> {
  const [row] = await ownBahi.psql.query<Row>(
    `SELECT *, extract(epoch FROM next_attempt_at - updated_at)::float * 1000 AS lease_ms FROM payouts WHERE id = $1`,
    [id],
  );
  return row!;
}

/** Submissions wait for the bank's table until the lock is released; inquiries pass. */
async function blockSubmissions(ownBahi: Bahi): Promise<{ rollback(): Promise<void> }> {
  const psql = await ownBahi.sqlSession();
  await psql.query('BEGIN');
  await psql.query('LOCK TABLE bank_simulator.transfers IN EXCLUSIVE MODE');
  return psql;
}

const atTheDoor = (ownBahi: Bahi, count = 1): Promise<void> =>
  ownBahi.waitingFor('bank_simulator.transfers', { connections: count });

describe('a payout whose submission is still on its way', () => {
  let ownBahi: Bahi;
  let fiaz: Merchant;

  beforeAll(async () => {
    ownBahi = await aBahi({ worker: true, environment: QUICKLY });
    fiaz = await ownBahi.aMerchant({ rupees: 500 });
  });

  it('is processing, with an attempt and a lease, before the bank is called', async () => {
    const bank = await blockSubmissions(ownBahi);
    const { id } = await fiaz.aPayout(100);
    await atTheDoor(ownBahi);

    expect(await rowOf(ownBahi, id)).toMatchObject({
      status: 'processing',
      gateway: 'bank-simulator',
      attempts: 1,
      next_step: 'inquire',
      lease_ms: TIMEOUT_MS,
    });
    expect(await ownBahi.bank.submissions(id)).toBe(0);
    await bank.rollback();
    await fiaz.until(id, 'completed');
  });

  it('is not given up because one inquiry finds nothing, and is paid once when it arrives', async () => {
    const bank = await blockSubmissions(ownBahi);
    const { id } = await fiaz.aPayout(100);
    await until('the bank has been asked once', async () => (await rowOf(ownBahi, id)).not_found_at !== null);

    expect(await rowOf(ownBahi, id)).toMatchObject({ status: 'processing', attempts: 1, next_step: 'inquire' });
    await bank.rollback();
    const payout = await fiaz.until(id, 'completed');

    expect(payout.attempts).toBe(1);
    expect(await ownBahi.bank.submissions(id)).toBe(1);
    expect(await ownBahi.bank.timesPaid(id)).toBe(1);
  });

  it('is paid once when the repeated submission arrives in the same moment', async () => {
    const bank = await blockSubmissions(ownBahi);
    const { id } = await fiaz.aPayout(100);

    await atTheDoor(ownBahi, 2);
    await bank.rollback();
    const payout = await fiaz.until(id, 'completed');

    expect(payout.attempts).toBe(2);
    expect(await ownBahi.bank.submissions(id)).toBe(2);
    expect(await ownBahi.bank.timesPaid(id)).toBe(1);
    expect(await fiaz.movementsOf(id)).toEqual(['payout_hold', 'payout_settlement']);
  });
});

describe('a payout whose answer is lost', () => {
  it('is asked about, not submitted again, and completed by the bank’s answer', async () => {
    const payout = await acme.until(lost.id, 'completed');

    const [, processing, completed, ...more] = await acme.moves(lost.id);
    expect(more).toEqual([]);
    expect(completed).toMatchObject({ actor: 'bank:bank-simulator', data: { utr: payout.utr } });
    expect(Date.parse(completed!.at) - Date.parse(processing!.at)).toBeGreaterThanOrEqual(TIMEOUT_MS - ROUNDING_MS);
    expect(payout.attempts).toBe(1);
    expect(await bahi.bank.submissions(lost.id)).toBe(1);
    expect(await bahi.bank.timesPaid(lost.id)).toBe(1);
    expect(await acme.movementsOf(lost.id)).toEqual(['payout_hold', 'payout_settlement']);
  });

  it('has the UTR that the bank knows it by', async () => {
    const { utr } = await acme.payout(lost.id);

    expect(await bahi.count('bank_simulator.movements WHERE reference = $1 AND utr = $2', [lost.id, utr])).toBe(1);
  });
});

describe('a payout that the bank has but has not decided', () => {
  it('is completed by an inquiry, without another submission', async () => {
    const payout = await acme.until(pending.id, 'completed');

    expect(payout.attempts).toBe(1);
    expect(await bahi.bank.submissions(pending.id)).toBe(1);
    expect(await bahi.bank.timesPaid(pending.id)).toBe(1);
  });
});

describe('a payout that the bank rejects for certain', () => {
  it('fails at once, and its hold is released', async () => {
    const payout = await acme.until(rejected.id, 'failed');

    expect(payout).toMatchObject({ attempts: 1, failure: { code: 'bank_account_closed' } });
    expect(await acme.movementsOf(rejected.id)).toEqual(['payout_hold', 'payout_release']);
    expect(await bahi.bank.timesPaid(rejected.id)).toBe(0);
  });
});

describe('a payout at a bank that is down', () => {
  it('stays processing with its hold, is not submitted again, and asks for attention', async () => {
    const payout = await acme.payoutThat('needs attention', down.id, ({ needs_attention }) => needs_attention);

    expect(payout).toMatchObject({ status: 'processing', attempts: 1, failure: null, utr: null });
    const [, processing, attention, ...more] = await acme.moves(down.id);
    expect(more).toEqual([]);
    expect(attention).toMatchObject({ type: 'payout.needs_attention', actor: 'system' });
    // After the lease two more inquiries, each after at least half of its exponential delay.
    const waited = Date.parse(attention!.at) - Date.parse(processing!.at);
    expect(waited).toBeGreaterThanOrEqual(TIMEOUT_MS + TIMEOUT_MS / 2 + (2 * TIMEOUT_MS) / 2 - ROUNDING_MS);
    expect(await acme.movementsOf(down.id)).toEqual(['payout_hold']);
    expect(await bahi.bank.submissions(down.id)).toBe(1);
    // It continues to be asked about, less and less often. During a call to the bank, the planned time is the lease's
    // end.
    const planned = async (): Promise<number> => (await rowOf(bahi, down.id)).lease_ms;
    await until('the next inquiry is far', async () => (await planned()) >= (2 ** RETRIES * TIMEOUT_MS) / 2);
    const row = await rowOf(bahi, down.id);
    expect(row.inquiries).toBeGreaterThan(RETRIES);
    expect(row.next_step).toBe('inquire');
  });

  it('is completed after all when the bank is back and answers that it was paid', async () => {
    const utr = '632512345678';
    await bahi.psql.query(`UPDATE bank_simulator.transfers SET outcome = 'paid', utr = $2 WHERE reference = $1`, [
      down.id,
      utr,
    ]);

    const payout = await acme.until(down.id, 'completed');

    expect(payout).toMatchObject({ utr, needs_attention: false, attempts: 1 });
    expect(await acme.movementsOf(down.id)).toEqual(['payout_hold', 'payout_settlement']);
  });
});

describe('a payout that is not due', () => {
  it('is left alone by a processor that comes too early', async () => {
    const ownBahi = await aBahi({ environment: { PROCESSING_TIMEOUT_SECONDS: '3' } });
    const fiaz = await ownBahi.aMerchant({ rupees: 100, accounts: ['0008'] });
    const { id } = await fiaz.aPayout(100, { to: '0008' });
    const processor = ownBahi.service.get(ProcessPayout);
    await processor.execute({ merchantId: fiaz.id, payoutId: id });
    const before = await rowOf(ownBahi, id);

    await processor.execute({ merchantId: fiaz.id, payoutId: id });

    expect(await rowOf(ownBahi, id)).toEqual(before);
    expect(before).toMatchObject({ status: 'processing', attempts: 1, inquiries: 0 });
  });
});

describe('work that is lost with the queue', () => {
  let ownBahi: Bahi;
  let fiaz: Merchant;

  beforeAll(async () => {
    ownBahi = await aBahi({ environment: QUICKLY });
    fiaz = await ownBahi.aMerchant({ rupees: 500, accounts: ['0001', '0002', '0004'] });
  });

  it('is found by the sweep when it was lost before anybody had begun', async () => {
    const { id } = await fiaz.aPayout(100);
    // The relay has carried the event, and then the queue was emptied.
    await ownBahi.psql.query('DELETE FROM outbox_queue');

    const worker = await ownBahi.serve({ worker: true });
    const payout = await fiaz.until(id, 'completed');

    expect(payout.attempts).toBe(1);
    await worker.stop();
  });

  it('is found by the sweep when the queue is emptied again and again', async () => {
    await ownBahi.serve({ worker: true });
    const wanted = ['0001', '0002', '0004'].flatMap((to) => Array.from({ length: 5 }, () => to));
    const payouts = await Promise.all(wanted.map((to) => fiaz.aPayout(10, { to })));

    const open = 'payouts WHERE next_attempt_at IS NOT NULL';
    await until(
      'every payout has ended',
      async () => {
        const left = await ownBahi.count(open);
        // Not the last ones, or they might never be processed.
        if (left > 3) await ownBahi.psql.query('DELETE FROM queue.job');
        return left === 0;
      },
      undefined,
      20,
    );

    for (const { id } of payouts) expect(await ownBahi.bank.timesPaid(id)).toBeLessThanOrEqual(1);
    expect(await fiaz.balance()).toEqual({ available: 500 - 100 - 10 * 10, held: 0 });
    expect(await ownBahi.findings()).toEqual([]);
  });
});

describe('an answer against the end that a payout already has', () => {
  let ownBahi: Bahi;
  let fiaz: Merchant;

  beforeAll(async () => {
    ownBahi = await aBahi({ worker: true, environment: { PROCESSING_TIMEOUT_SECONDS: '20' } });
    fiaz = await ownBahi.aMerchant({ rupees: 500, accounts: ['0001', '0002'] });
  });

  const disagreement = (id: string): Promise<void> =>
    until('the bank has disagreed', async () => (await fiaz.story(id)).includes('bank_disagreed'));

  it('is recorded and found by verify when the bank rejects what an operator completed', async () => {
    const bank = await blockSubmissions(ownBahi);
    const { id } = await fiaz.aPayout(100, { to: '0002' });
    await atTheDoor(ownBahi);
    const utr = 'HDFCN52026112101';
    await ownBahi.asOperator().patch(`/payouts/${id}`, { status: 'completed', reason: 'Seen on the statement', utr });

    await bank.rollback();
    await disagreement(id);

    expect(await fiaz.story(id)).toEqual(['requested', 'processing', 'completed', 'bank_disagreed']);
    expect((await fiaz.timeline(id)).at(-1)).toMatchObject({
      from: 'completed',
      to: 'completed',
      actor: 'bank:bank-simulator',
      data: { bank_says: { kind: 'rejected', failure: { code: 'bank_account_closed' } } },
    });
    expect(await fiaz.payout(id)).toMatchObject({ status: 'completed', utr, failure: null });
    expect(await fiaz.movementsOf(id)).toEqual(['payout_hold', 'payout_settlement']);
    expect(await ownBahi.findings()).toEqual([
      expect.stringMatching(new RegExp(`^BANK_DISAGREES: payout ${id} is completed`)),
    ]);
  });

  it('is recorded and found by verify when the bank pays what was failed, and moves no money', async () => {
    const { id } = await fiaz.aPayout(100, { to: '0002' });
    await fiaz.until(id, 'failed');
    const settlement = ownBahi.service.get(SettlePayout);
    const call = { kind: 'inquiry', gateway: 'bank-simulator', attempt: 1, askedAtMs: performance.now() } as const;

    const paid = { kind: 'succeeded', utr: '632512345678' } as const;
    await settlement.execute(fiaz.id, id, call, paid);
    await settlement.execute(fiaz.id, id, call, paid);

    expect(await fiaz.story(id)).toEqual(['requested', 'processing', 'failed', 'bank_disagreed']);
    expect(await fiaz.payout(id)).toMatchObject({ status: 'failed', utr: null });
    expect(await fiaz.movementsOf(id)).toEqual(['payout_hold', 'payout_release']);
    expect(await ownBahi.findings()).toContainEqual(
      expect.stringMatching(new RegExp(`^BANK_DISAGREES: payout ${id} is failed`)),
    );
  });

  it('is none when the bank repeats its answer', async () => {
    const [paid, refused] = [await fiaz.aPayout(10), await fiaz.aPayout(10, { to: '0002' })];
    const { utr } = await fiaz.until(paid.id, 'completed');
    const { failure } = await fiaz.until(refused.id, 'failed');
    const settlement = ownBahi.service.get(SettlePayout);
    const call = { kind: 'inquiry', gateway: 'bank-simulator', attempt: 1, askedAtMs: performance.now() } as const;

    await settlement.execute(fiaz.id, paid.id, call, { kind: 'succeeded', utr: utr! });
    await settlement.execute(fiaz.id, refused.id, call, { kind: 'rejected', failure: failure as never });
    await settlement.execute(fiaz.id, paid.id, call, { kind: 'unknown', why: 'the line was cut' });

    expect(await fiaz.story(paid.id)).toEqual(['requested', 'processing', 'completed']);
    expect(await fiaz.story(refused.id)).toEqual(['requested', 'processing', 'failed']);
  });
});

describe('a payout whose bank is switched off', () => {
  it('waits for it with its hold, is seen, goes to no other bank, and goes on when the bank is back', async () => {
    const ownBahi = await aBahi({ environment: { ...QUICKLY, MAX_RETRIES: '0' } });
    const fiaz = await ownBahi.aMerchant({ rupees: 500, accounts: ['0001', '0004'] });
    const before = await ownBahi.serve({ worker: true });
    const { id } = await fiaz.aPayout(100, { to: '0004' });
    await until('the bank has paid', async () => (await ownBahi.bank.timesPaid(id)) === 1);
    await before.stop();

    const without = await ownBahi.serve({ worker: true, environment: { GATEWAYS: 'always-succeeds' } });
    const seen = await fiaz.payoutThat('needs attention', id, ({ needs_attention }) => needs_attention);
    const other = await fiaz.until((await fiaz.aPayout(50)).id, 'completed');
    await without.stop();

    expect(seen).toMatchObject({ status: 'processing', attempts: 1, utr: null });
    expect((await rowOf(ownBahi, id)).gateway).toBe('bank-simulator');
    expect((await rowOf(ownBahi, other.id)).gateway).toBe('always-succeeds');
    expect(await fiaz.balance()).toEqual({ available: 350, held: 100 });

    await ownBahi.serve({ worker: true });
    const payout = await fiaz.until(id, 'completed');

    expect(payout).toMatchObject({ attempts: 1, needs_attention: false });
    expect(await ownBahi.bank.timesPaid(id)).toBe(1);
    expect(await ownBahi.findings()).toEqual([]);
  });
});

describe('a payout that the bank never gets', () => {
  let payout: PayoutView;

  beforeAll(async () => {
    payout = await acme.until(neverReceived.id, 'failed');
  });

  it('is submitted again, as often as configured, and then fails as not accepted', async () => {
    expect(payout).toMatchObject({
      attempts: 1 + RETRIES,
      utr: null,
      failure: { code: 'not_accepted_by_bank', source: 'gateway', retryable: true },
    });
    const events = await acme.moves(neverReceived.id);
    expect(events.map(({ type }) => type)).toEqual([
      'payout.requested',
      'payout.processing',
      'payout.processing',
      'payout.processing',
      'payout.failed',
    ]);
    expect(events.slice(1, 4).map(({ data }) => data['attempt'])).toEqual([1, 2, 3]);
    expect(events.at(-1)).toMatchObject({ from: 'processing', actor: 'system' });
  });

  it('has given its hold back once, and was never paid', async () => {
    expect(await acme.movementsOf(neverReceived.id)).toEqual(['payout_hold', 'payout_release']);
    expect(await bahi.bank.timesPaid(neverReceived.id)).toBe(0);
  });

  it('waited each time until no submission could be on its way, and longer each time before the next one', async () => {
    const [, ...steps] = (await acme.moves(neverReceived.id)).map(({ at }) => Date.parse(at));

    const waits = steps.slice(1).map((at, i) => at - steps[i]!);
    const established = CALL_MS + TIMEOUT_MS - ROUNDING_MS;
    expect(waits).toHaveLength(RETRIES + 1);
    // At least half of the exponential delay: the rest is jitter.
    expect(waits[0]).toBeGreaterThanOrEqual(established + TIMEOUT_MS / 2);
    expect(waits[1]).toBeGreaterThanOrEqual(established + (2 * TIMEOUT_MS) / 2);
    expect(waits[2]).toBeGreaterThanOrEqual(established);
  });
});

describe('when all is over', () => {
  it('nothing is wrong in the books, and the bank has paid no reference twice', async () => {
    expect(await acme.balance()).toEqual({ available: 200, held: 0 });
    expect(await bahi.findings()).toEqual([]);
    for (const ownBahi of opened) expect(await ownBahi.bank.paidTwice()).toEqual([]);
  });
});
