import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProcessPayment } from '../../src/modules/payments/application/process-payment.js';
import type { RefundView } from '../../src/modules/payments/application/refund-view.js';
import { SettlePayment } from '../../src/modules/payments/application/settle-payment.js';
import { SettleRefund } from '../../src/modules/payments/application/settle-refund.js';
import { Bahi } from '../support/bahi.js';
import type { Answer, Client, Json } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';
import { movedBy } from '../support/moved-by.js';
import { ProviderBooks, PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

/** Bahi does not ask the provider by itself during a test; the second inquiry without an outcome raises attention. */
const UNHURRIED = { PROCESSING_TIMEOUT_SECONDS: '600', MAX_RETRIES: '1' };

let bahi: Bahi;
/** Has no worker: nothing is ever sent to a provider. */
let still: Bahi;
let provider: ProviderBooks;
let acme: Merchant;
let payments: PaymentsDriver;
let operator: Client;

beforeAll(async () => {
  [bahi, still] = await Promise.all([Bahi.open({ worker: true, environment: UNHURRIED }), Bahi.open()]);
  provider = new ProviderBooks(bahi.psql);
  acme = await bahi.aMerchant({ rupees: 10_000 });
  payments = new PaymentsDriver(acme);
  operator = bahi.asOperator();
});

afterAll(() => Promise.all([bahi.close(), still.close()]));

const WHY = 'The provider has confirmed it by mail.';

/** A payment or a refund: both have the same endpoints. */
interface Order {
  readonly id: string;
  readonly paymentId: string;
  readonly path: string;
  read(): Promise<Json>;
  /** The last of its events. */
  last(): Promise<Json>;
}

async function aPayment(ending: number): Promise<Order> {
  const { id } = await payments.aPayment(12_000 + ending);
  const read = (): Promise<Json> => payments.payment(id);
  const last = async (): Promise<Json> => (await payments.timeline(id)).at(-1);
  return { id, paymentId: id, path: `/payments/${id}`, read, last };
}

async function aRefund(ending: number): Promise<Order> {
  const { id: paymentId } = await payments.aSuccess(12_001);
  const { id } = await payments.aRefund(paymentId, 2_000 + ending);
  const path = `/refunds/${id}`;
  const read = async (): Promise<Json> => (await acme.api.get(path)).body;
  const last = async (): Promise<Json> => (await payments.timeline(paymentId)).at(-1);
  return { id, paymentId, path, read, last };
}

const isSent = (order: Order): Promise<void> => until('it was sent', async () => (await order.read()).attempts === 1);
const isAtProvider = (order: Order): Promise<void> =>
  until('the provider has it', async () => (await provider.submissions(order.id)) === 1);
/** The provider does not decide it during the test. */
async function isInProgress(order: Order): Promise<void> {
  await isAtProvider(order);
  await bahi.psql.query(`DELETE FROM payment_simulator.callbacks WHERE reference = $1`, [order.id]);
  await bahi.psql.query(
    `UPDATE payment_simulator.orders SET settles_at = now() + interval '1 hour' WHERE reference = $1`,
    [order.id],
  );
}
const fail = (order: Pick<Order, 'path'>): Promise<Answer> =>
  operator.patch(order.path, { status: 'failed', reason: WHY });
const inquire = (order: Pick<Order, 'path'>): Promise<Answer> => operator.post(`${order.path}/inquire`);

/** The provider is down, and was asked in vain until the order needs attention. */
async function inNeedOfAttention(make: (ending: number) => Promise<Order>): Promise<Order> {
  const order = await make(8);
  await isAtProvider(order);
  await until('the submission has ended', async () => ((await order.last()).data.answer ?? null) !== null);
  for (let i = 0; i < 2; i++) expect((await inquire(order)).status).toBe(200);
  expect(await order.read()).toMatchObject({ needs_attention: true });
  return order;
}

const MAKERS = [
  ['a payment', aPayment, 'processing'],
  ['a refund', aRefund, 'pending'],
] as const;

describe.each(
  MAKERS.flatMap(([what, make, open]) => [
    [what, make, open, false] as const,
    [`${what}, behind a clock that has jumped ahead by an hour,`, make, open, true] as const,
  ]),
)('an operator who asks about %s that is on its way', (_, make, open, jumps) => {
  it('changes nothing by what the provider says of an earlier attempt', async () => {
    const order = await make(5);
    const says = (outcome: string, code: string | null) =>
      bahi.psql.query('UPDATE payment_simulator.orders SET outcome = $2, failure_code = $3 WHERE reference = $1', [
        order.id,
        outcome,
        code,
      ]);
    await isAtProvider(order);
    await says('rejected', 'card_declined');
    // For the row it makes no difference whether the clock goes ahead or its dates go back.
    if (jumps)
      await bahi.psql.query(
        `UPDATE ${open === 'pending' ? 'refunds' : 'payments'} SET
           submission_ends_at = ${movedBy('submission_ends_at', '-1 hour')} WHERE id = $1`,
        [order.id],
      );
    const held = (await acme.balance()).held;

    expect(await inquire(order)).toMatchObject({ status: 200, body: { status: open, failure: null } });
    expect((await acme.balance()).held).toBe(held);

    await says('done', null);
    await until('it has succeeded', async () => (await order.read()).status === 'succeeded');
  });
});

/** Orders for which the provider has another amount, which remain a finding. */
const contradicted: string[] = [];

describe.each(MAKERS)('an operator who fails %s of which the provider has another amount', (_, make, open) => {
  it('is refused by the news, and decides once that is on record', async () => {
    const order = await make(8);
    await isAtProvider(order);
    await until('the submission has ended', async () => ((await order.last()).data.answer ?? null) !== null);
    await bahi.psql.query('UPDATE payment_simulator.orders SET amount_minor = 7, outcome = $2 WHERE reference = $1', [
      order.id,
      'done',
    ]);
    const { held } = await acme.balance();

    const refused = await fail(order);

    expect([refused.status, refused.body.code]).toEqual([409, 'outcome_unknown']);
    expect(await order.read()).toMatchObject({ status: open, needs_attention: true, failure: null });
    expect((await acme.balance()).held).toBe(held);
    contradicted.push(order.id);
    const findings = (await bahi.findings()).filter((finding) => finding.includes(order.id));
    expect(findings).toEqual([expect.stringMatching(/^BANK_DISAGREES: .* has another amount or currency/)]);
    expect((await fail(order)).body).toMatchObject({ id: order.id, status: 'failed' });
  });
});

describe.each(MAKERS)('an operator who wants to fail %s', (what, make, open) => {
  const kind = what.replace('a ', '');

  it.each([
    ['is on its way', 3, 'outcome_unknown', isSent],
    ['is at a provider that is down, before it needs attention', 8, 'outcome_unknown', isAtProvider],
    ['is reported by the provider as in progress', 6, 'gateway_has_it', isInProgress],
  ])('is refused while it %s', async (_, ending, code, stands) => {
    const order = await make(ending);
    await stands(order);
    const held = (await acme.balance()).held;

    const answer = await fail(order);

    expect([answer.status, answer.body.code]).toEqual([409, code]);
    expect(await order.read()).toMatchObject({ status: open, failure: null });
    expect((await acme.balance()).held).toBe(held);
  });

  it('is refused when the provider has done it and its answer is lost; that is settled first', async () => {
    const order = await make(4);
    await until('the provider has done it', async () => (await provider.timesMoved(order.id)) === 1);

    const answer = await fail(order);

    expect([answer.status, answer.body.code]).toEqual([409, 'gateway_has_it']);
    expect(await order.read()).toMatchObject({ status: 'succeeded', failure: null });
    expect(await fail(order)).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', allowed_statuses: [] },
    });
  });

  it('may do so when the provider cannot say and it needs attention; the timeline says who and why', async () => {
    const before = await acme.balance();
    const order = await inNeedOfAttention(make);

    const answer = await fail(order);

    expect(answer.body).toMatchObject({
      status: 'failed',
      needs_attention: false,
      failure: { code: 'failed_by_operator' },
    });
    expect(await order.read()).toEqual(answer.body);
    expect(await order.last()).toMatchObject({
      type: `${kind}.failed`,
      reason: WHY,
      data: { gateway_said: 'unknown' },
    });
    expect((await order.last()).actor).toMatch(/^operator:/);
    if (what === 'a payment') expect(await acme.balance()).toEqual(before);
    expect(
      (await acme.ledger()).filter(({ kind, reference }) => kind === 'refund' && reference.id === order.id),
    ).toEqual([]);
  });

  it('is refused when something has happened since the provider was asked', async () => {
    const order = await inNeedOfAttention(make);
    const frozen = await bahi.sqlSession();
    await frozen.query('BEGIN');
    await frozen.query('LOCK TABLE payment_simulator.orders IN ACCESS EXCLUSIVE MODE');

    const asked = fail(order);
    await bahi.waitingFor('payment_simulator.orders');
    const call = { kind: 'inquiry', gateway: 'payment-simulator', attempt: 1, askedAtMs: performance.now() } as const;
    const answer = { kind: 'unknown', why: 'another reason' } as const;
    const { id, paymentId } = order;
    const key = { merchantId: acme.id, paymentId, refundId: id };
    if (what === 'a payment') await bahi.service.get(SettlePayment).execute(key, call, answer);
    else await bahi.service.get(SettleRefund).execute(key, call, answer);
    await frozen.query('COMMIT');

    expect(await asked).toMatchObject({ status: 409, body: { code: 'outcome_unknown' } });
    expect(await order.read()).toMatchObject({ status: open, needs_attention: true });
    expect(await fail(order)).toMatchObject({ status: 200, body: { status: 'failed' } });
  });

  it.each([
    ['says why', { status: 'failed' }, '#/reason'],
    ['brings about no success', { status: 'succeeded', reason: WHY }, '#/status'],
  ])('%s', async (_, body, pointer) => {
    const order = await make(6);
    const answer = await operator.patch(order.path, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer })]);
  });
});

describe.each(MAKERS)('an operator who inquires about %s', (what, make, _open) => {
  it('learns what became of it when the answer was lost', async () => {
    const order = await make(4);
    await until('the provider has done it', async () => (await provider.timesMoved(order.id)) === 1);

    expect(await inquire(order)).toMatchObject({ status: 200, body: { id: order.id, status: 'succeeded' } });

    const answered = (await payments.timeline(order.paymentId)).filter(({ data }) => data['answer'] !== undefined);
    expect(answered.at(-1)!.data['answer']).toMatchObject({ kind: 'inquiry', ending: 'succeeded' });
  });

  it('changes nothing but its revision once it has ended, however often', async () => {
    const order = await make(1);
    await until('it has succeeded', async () => (await order.read()).status === 'succeeded');
    const [before, events] = [await order.read(), await payments.timeline(order.paymentId)];

    const answers = await Promise.all(Array.from({ length: 20 }, () => inquire(order)));

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await order.read()).toEqual({ ...before, revision: before.revision + 20 });
    expect(await payments.timeline(order.paymentId)).toEqual(events);
    const table = what === 'a payment' ? 'payments' : 'refunds';
    expect(await bahi.count(`${table} WHERE id = $1 AND unchanged_inquiries = 20`, [order.id])).toBe(1);
  });
});

describe.each(MAKERS)(
  'an operator who inquires about %s of which the provider has reported another amount',
  (what, make, open) => {
    it('settles it by the provider’s word alone, once that names what was submitted', async () => {
      const order = await make(8);
      await isAtProvider(order);
      await until('the submission has ended', async () => ((await order.last()).data.answer ?? null) !== null);
      // The order's own movements: the balance also shows other orders, which may end meanwhile.
      const movements = async () =>
        (await acme.ledger()).filter(({ reference }) => reference.id === order.id).map(({ kind }) => kind);
      const before = await movements();
      const says = (amount: string, outcome: string) =>
        bahi.psql.query(
          `UPDATE payment_simulator.orders SET amount_minor = ${amount}, outcome = $2 WHERE reference = $1`,
          [order.id, outcome],
        );
      await says('amount_minor + 7', 'done');

      // However often the provider is asked, another amount settles nothing, and no person can decide that it
      // succeeded.
      for (let i = 0; i < 3; i++)
        expect(await inquire(order)).toMatchObject({ status: 200, body: { status: open, needs_attention: true } });
      expect((await operator.patch(order.path, { status: 'succeeded', reason: WHY })).status).toBe(400);
      expect(await movements()).toEqual(before);
      contradicted.push(order.id);

      await says('amount_minor - 7', 'done');
      expect(await inquire(order)).toMatchObject({
        status: 200,
        body: { status: 'succeeded', needs_attention: false, failure: null },
      });
      const kind = what === 'a payment' ? 'payment' : 'refund';
      expect([before.includes(kind), (await movements()).includes(kind)]).toEqual([false, true]);
      // What the provider said before remains a finding, which can be acknowledged.
      const findings = (await bahi.findings()).filter((finding) => finding.includes(order.id));
      expect(findings).toEqual([expect.stringMatching(/^BANK_DISAGREES: .* is succeeded/)]);
    });
  },
);

describe('GET /refunds', () => {
  const idsOf = ({ body }: Answer): string[] => (body.results as RefundView[]).map(({ id }) => id);

  it('lists what needs attention, so that an operator can ask about it and end it', async () => {
    const tiny = await bahi.aMerchant();
    const driver = new PaymentsDriver(tiny);
    const payment = await driver.aSuccess(10_001, { currency: 'INR' });
    const credited = await tiny.balance();
    const refund = await driver.aRefund(payment.id, 108);
    await until('the provider has it', async () => (await provider.submissions(refund.id)) === 1);
    for (let i = 0; i < 3; i++) await inquire({ path: `/refunds/${refund.id}` });

    const listed = await operator.get('/refunds?needs_attention=true');
    expect(listed.body.results.find(({ id }: RefundView) => id === refund.id)).toMatchObject({
      ...{ payment_id: payment.id, merchant_id: tiny.id, amount: 108, currency: 'INR', status: 'pending' },
      needs_attention: true,
    });
    expect(idsOf(await operator.get(`/refunds?needs_attention=true&merchant_id=${tiny.id}`))).toEqual([refund.id]);
    expect((await tiny.balance()).held).toBe(1.08);

    expect((await fail({ path: `/refunds/${refund.id}` })).body.status).toBe('failed');

    expect(idsOf(await operator.get(`/refunds?needs_attention=true&merchant_id=${tiny.id}`))).toEqual([]);
    expect(idsOf(await operator.get(`/refunds?status=failed&merchant_id=${tiny.id}`))).toEqual([refund.id]);
    expect(await tiny.balance()).toEqual(credited);
    expect((await driver.payment(payment.id)).refundable_amount).toBe(10_001);
  });

  it('shows a merchant its own, page by page, the newest first', async () => {
    const tiny = await bahi.aMerchant();
    const driver = new PaymentsDriver(tiny);
    const ids: string[] = [];
    for (const [amount, currency] of [
      [12_001, 'USD'],
      [10_001, 'INR'],
    ] as const) {
      const payment = await driver.aSuccess(amount, { currency });
      for (const part of [301, 401]) ids.unshift((await driver.aRefund(payment.id, part)).id);
    }
    const seen: RefundView[] = [];
    for (let path: string | null = '/refunds?limit=3'; path !== null;) {
      const { body }: Answer = await tiny.api.get(path);
      seen.push(...body.results);
      path = body.next;
    }
    expect(seen.map(({ id }) => id)).toEqual(ids);
    expect(seen.map(({ currency }) => currency)).toEqual(['INR', 'INR', 'USD', 'USD']);
    const { next } = (await tiny.api.get('/refunds?limit=1&status=pending')).body;
    if (next !== null) expect((await tiny.api.get(next.replace('pending', 'failed'))).body.code).toBe('cursor_invalid');
    expect((await tiny.api.get('/refunds?status=lost')).status).toBe(400);
  });
});

describe('a payment that is cancelled', () => {
  const cancel = (who: Client, id: string): Promise<Answer> => who.post(`/payments/${id}/cancel`);
  let fiaz: Merchant;
  let driver: PaymentsDriver;

  beforeAll(async () => {
    fiaz = await still.aMerchant();
    driver = new PaymentsDriver(fiaz);
  });

  it.each(['merchant', 'operator'])('by a %s before any provider has it has failed, uncharged', async (who) => {
    const { id } = await driver.aPayment(12_001);
    const client = who === 'merchant' ? fiaz.api : still.asOperator();

    const answers = [await cancel(client, id), await cancel(client, id), await cancel(client, id)];

    for (const { status, body } of answers)
      expect([status, body.status, body.failure.code]).toEqual([200, 'failed', 'cancelled']);
    expect(await driver.story(id)).toEqual(['payment.created', 'payment.failed']);
    expect((await driver.timeline(id)).at(-1)!.actor).toMatch(new RegExp(`^${who}:`));
    await still.service.get(ProcessPayment).execute({ merchantId: fiaz.id, paymentId: id });
    expect(await new ProviderBooks(still.psql).submissions(id)).toBe(0);
    expect(await fiaz.ledger()).toEqual([]);
  });

  it('is refused once a provider may have it', async () => {
    const order = await aPayment(6);
    await isSent(order);
    const answer = await cancel(acme.api, order.id);
    expect(answer).toMatchObject({ status: 409, body: { code: 'invalid_transition', current_status: 'processing' } });
  });

  it('while twenty workers want to charge it is charged, or cancelled, never both', async () => {
    const second = await still.serve();
    const workers = [still.service, second].map((service) => service.get(ProcessPayment));
    const books = new ProviderBooks(still.psql);
    for (let round = 0; round < 5; round++) {
      const { id } = await driver.aPayment(12_001);
      const key = { merchantId: fiaz.id, paymentId: id };
      const cancelled = cancel(fiaz.api, id);
      await Promise.all(Array.from({ length: 20 }, (_, i) => workers[i % 2]!.execute(key)));
      const { status } = await cancelled;
      expect([status, await books.submissions(id), (await driver.payment(id)).status]).toEqual(
        status === 200 ? [200, 0, 'failed'] : [409, 1, 'succeeded'],
      );
    }
  });

  it('is not by an inactive merchant, but by an operator', async () => {
    const inactive = await still.aMerchant();
    const { id } = await new PaymentsDriver(inactive).aPayment(12_001);
    await still.asOperator().patch(`/merchants/${inactive.id}`, { is_active: false });
    expect((await cancel(inactive.api, id)).body.code).toBe('merchant_inactive');
    expect((await cancel(still.asOperator(), id)).status).toBe(200);
  });

  it('by hand, by an operator who says why, is ended without anybody being asked', async () => {
    const { id } = await driver.aPayment(12_001);
    const answer = await still.asOperator().patch(`/payments/${id}`, { status: 'failed', reason: WHY });
    expect(answer.body).toMatchObject({ status: 'failed', failure: { code: 'failed_by_operator' }, gateway: null });
    expect((await driver.timeline(id)).at(-1)).toMatchObject({ reason: WHY });
  });

  it('is not asked about: no provider has it', async () => {
    const { id } = await driver.aPayment(12_001);
    const answer = await still.asOperator().post(`/payments/${id}/inquire`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'invalid_transition', current_status: 'created' } });
  });
});

describe('who may do what', () => {
  let payment: Order;
  let refund: Order;
  let stranger: Merchant;

  beforeAll(async () => {
    [payment, refund] = [await aPayment(8), await aRefund(8)];
    stranger = await bahi.aMerchant();
  });

  it('keeps what is an operator’s from merchants', async () => {
    for (const { path } of [payment, refund]) {
      const answers = [
        await acme.api.patch(path, { status: 'failed', reason: WHY }),
        await acme.api.post(`${path}/inquire`),
      ];
      for (const { status, body } of answers) expect([status, body.code]).toEqual([403, 'forbidden']);
    }
  });

  it('hides what is another merchant’s', async () => {
    const answers = [
      await stranger.api.get(refund.path),
      await stranger.api.post(`${payment.path}/cancel`),
      await operator.get(refund.path, { merchant: stranger }),
      await operator.patch(refund.path, { status: 'failed', reason: WHY }, { merchant: stranger }),
      await operator.patch(payment.path, { status: 'failed', reason: WHY }, { merchant: stranger }),
      await operator.post(`${refund.path}/inquire`, undefined, { merchant: stranger }),
      await operator.post(`${payment.path}/inquire`, undefined, { merchant: stranger }),
    ];
    for (const { status, body } of answers) expect([status, body.code]).toEqual([404, 'not_found']);
    expect((await stranger.api.get('/refunds')).body.results).toEqual([]);
    expect((await stranger.api.get('/refunds', { merchant: acme })).status).toBe(403);
  });

  it('knows no other ids', async () => {
    for (const id of [randomUUID(), '1', `${refund.id}0`, payment.id]) {
      expect((await operator.get(`/refunds/${id}`)).status).toBe(404);
      expect((await operator.patch(`/refunds/${id}`, { status: 'failed', reason: WHY })).status).toBe(404);
      expect((await operator.post(`/refunds/${id}/inquire`)).status).toBe(404);
    }
    for (const id of [randomUUID(), 'x', refund.id]) {
      expect((await operator.patch(`/payments/${id}`, { status: 'failed', reason: WHY })).status).toBe(404);
      expect((await operator.post(`/payments/${id}/inquire`)).status).toBe(404);
      expect((await operator.post(`/payments/${id}/cancel`)).status).toBe(404);
    }
  });

  it('needs a key', async () => {
    const nobody = { authorization: 'Api-Key nobody' };
    expect((await operator.get('/refunds', { headers: nobody })).status).toBe(401);
    expect((await operator.post(`${payment.path}/cancel`, undefined, { headers: nobody })).status).toBe(401);
  });
});

it('all this leaves all books in order', async () => {
  for (const each of [bahi, still]) {
    const findings = await each.findings();
    expect(findings.filter((finding) => !contradicted.some((id) => finding.includes(id)))).toEqual([]);
  }
});
