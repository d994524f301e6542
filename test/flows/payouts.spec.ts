import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PayoutView } from '../../src/modules/payouts/application/payout-view.js';
import { Bahi } from '../support/bahi.js';
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
  await beginLives();
});

afterAll(() => Promise.all([quick, patient, still].map((bahi) => bahi.close())));

/** A merchant with a payout for each way to end, by the ending of the account. All are started together. */
let acme: Merchant;
let lives: Map<string, PayoutView>;
/** At a bank that takes five seconds. */
let slow: { merchant: Merchant; payout: PayoutView };

const ENDINGS = ['0001', '0002', '0003', '0004', '0006', '0007', '0008'];

async function beginLives(): Promise<void> {
  acme = await quick.aMerchant({ rupees: 1_000, accounts: ENDINGS });
  const begun = ENDINGS.map(async (to): Promise<[string, PayoutView]> => {
    return [to, await acme.aPayout(100, { to, reference_id: `INV-${to}`, narration: 'November invoice' })];
  });
  lives = new Map(await Promise.all(begun));
  await staysPaid(lifeOf('0007').id);
  const merchant = await patient.aMerchant({ rupees: 100 });
  slow = { merchant, payout: await merchant.aPayout(100, { to: '0005' }) };
}

/** The simulated bank would return this money after ten seconds, in the middle of slow tests. */
async function staysPaid(id: string): Promise<void> {
  await until('the bank has paid', async () => (await quick.bank.timesPaid(id)) === 1);
  await quick.psql.query('UPDATE bank_simulator.transfers SET returns_at = NULL WHERE reference = $1', [id]);
  await quick.psql.query(`DELETE FROM bank_simulator.callbacks WHERE reference = $1 AND event = 'returned'`, [id]);
}

const lifeOf = (ending: string): PayoutView => lives.get(ending)!;

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
      waiting_for: null,
      failure: null,
      attempts: 0,
      needs_attention: false,
      revision: 1,
      allowed_statuses: ['cancelled'],
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
  it('to an account that takes it is completed, with its timeline', async () => {
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
    expect(await acme.movementsOf(id)).toEqual(['payout_hold', 'payout_settlement']);
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
    expect(await acme.movementsOf(id)).toEqual(['payout_hold', 'payout_release']);
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
  ])('%s', async (_how, ending, status, story, attempts) => {
    const { id } = lifeOf(ending);

    const payout = await acme.until(id, status);

    expect(payout.attempts).toBe(attempts);
    expect(await acme.story(id)).toEqual(story);
    expect(await quick.bank.timesPaid(id)).toBe(status === 'completed' ? 1 : 0);
  });

  it('at a bank that is down stays processing, keeps its hold, and asks for attention', async () => {
    const { id } = lifeOf('0008');

    const payout = await acme.payoutThat('needs attention', id, ({ needs_attention }) => needs_attention);

    expect(payout).toMatchObject({ status: 'processing', attempts: 1, utr: null, failure: null });
    expect(await acme.story(id)).toEqual(['requested', 'processing', 'needs_attention']);
    expect(await acme.movementsOf(id)).toEqual(['payout_hold']);
  });

  it('at a bank that answers after five seconds is completed by that answer', async () => {
    const { merchant, payout } = slow;

    const completed = await merchant.until(payout.id, 'completed');

    const [, processing, end] = await merchant.timeline(payout.id);
    expect(Date.parse(end!.at) - Date.parse(processing!.at)).toBeGreaterThanOrEqual(4_900);
    expect(completed.attempts).toBe(1);
    expect(await patient.bank.submissions(payout.id)).toBe(1);
  });

  it('ends with every rupee accounted for', async () => {
    // ₹1,000, of which four times ₹100 were paid and ₹100 are still held for the payout whose bank is down.
    await until('all but one have ended', async () => (await acme.balance()).held === 100, 40_000, 40);

    expect(await acme.balance()).toEqual({ available: 500, held: 100 });
    expect(await quick.findings()).toEqual([]);
    expect(await quick.bank.paidTwice()).toEqual([]);
  });
});

/** The payouts above, once each has got as far as it will. */
describe('the list of payouts', () => {
  let newestFirst: string[];

  beforeAll(async () => {
    await acme.until(lifeOf('0003').id, 'failed');
    await acme.payoutThat('needs attention', lifeOf('0008').id, ({ needs_attention }) => needs_attention);
    await Promise.all(['0001', '0004', '0006', '0007'].map((ending) => acme.until(lifeOf(ending).id, 'completed')));
    newestFirst = Array.from(lives.values(), ({ id }) => id)
      .sort()
      .reverse();
  });

  const ids = async (query: string, merchant = acme): Promise<string[]> =>
    (await merchant.api.get(`/payouts${query}`)).body.results.map(({ id }: PayoutView) => id) as string[];
  const of = (...endings: string[]): string[] => newestFirst.filter((id) => endings.some((e) => lifeOf(e).id === id));

  it('is the newest first, with the fields of the single payout', async () => {
    const { body } = await acme.api.get('/payouts');

    expect(body.results.map(({ id }: PayoutView) => id)).toEqual(newestFirst);
    expect(body).toMatchObject({ next: null, previous: null });
    // Compared with a payout that has ended: the bank is still asked about the one to 0008.
    const { id: ended } = lifeOf('0001');
    expect(body.results.find(({ id }: PayoutView) => id === ended)).toEqual(await acme.payout(ended));
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
    expect(await fiaz.movementsOf(id)).toEqual(['payout_hold', 'payout_release']);
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
