import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  GatewaysNow,
  OrderToSend,
  SubmissionResult,
  TrialLease,
} from '../../src/modules/gateways/domain/availability.js';
import { CircuitBreakers } from '../../src/modules/gateways/infrastructure/circuit-breakers.js';
import { SubmissionResults } from '../../src/modules/gateways/infrastructure/submission-results.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { overtaken } from '../support/overtaken.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';
import { until } from '../support/wait-for.js';

const OPEN_SECONDS = 0.3;
const TRIAL_SECONDS = 5;

let place: TestDatabase;
let database: Database;
let owner: Database;
let gateway: string;
/** Two processes. */
let one: CircuitBreakers;
let other: CircuitBreakers;
/** The merchants whose orders are sent. */
let acme: string;
let globex: string;

beforeAll(async () => {
  place = await createMigratedDatabase();
  database = new Database(place.appUrl, 4);
  owner = new Database(place.ownerUrl, 1);
});

afterAll(async () => {
  await database.close();
  await owner.close();
  await place.drop();
});

beforeEach(() => {
  gateway = `bank-${randomUUID()}`;
  [one, other] = [aProcess(), aProcess()];
  [acme, globex] = [randomUUID(), randomUUID()];
});

const aProcess = (): CircuitBreakers =>
  new CircuitBreakers(database, { openSeconds: OPEN_SECONDS, trialSeconds: TRIAL_SECONDS });

const anOrder = (merchantId = randomUUID()) => ({ merchantId, id: randomUUID() });

const choiceIn = (gateways: GatewaysNow, trial: TrialLease | null = null) =>
  gateways.withTrial(trial, new Set()).firstFor([gateway]);

/** The lease of an order that must get it. */
async function leased(by: CircuitBreakers, order: OrderToSend): Promise<TrialLease> {
  const lease = await by.leaseTrial(gateway, order);
  expect(lease).not.toBeNull();
  return lease!;
}

const report = async () => (await one.report()).find((known) => known.gateway === gateway);

const breaker = async () => (await report())?.breaker ?? 'closed';

/** How long it stays open from now on, in seconds. */
async function openSeconds(): Promise<number> {
  const [row] = await owner.query<{ seconds: number }>(
    'SELECT extract(epoch FROM open_until - updated_at)::float8 AS seconds FROM gateway_states WHERE gateway = $1',
    [gateway],
  );
  return row!.seconds;
}

type Details = Partial<SubmissionResult>;

function ended(result: SubmissionResult['result'], details: Details = {}, by = one): Promise<void> {
  const about = { gateway, orderId: randomUUID(), merchantId: acme, attempt: 1, trial: null, seconds: 0.01 };
  return by.ended({ ...about, result, ...details });
}

async function endedTimes(times: number, result: SubmissionResult['result'], details: Details = {}, by = one) {
  for (let i = 0; i < times; i++) await ended(result, details, by);
}

async function openBreaker(details: Details = {}): Promise<void> {
  await endedTimes(10, 'silent', details);
  expect(await breaker()).toBe('open');
}

const halfOpen = () => until('the breaker is half open', async () => (await breaker()) === 'half_open');

describe('a breaker', () => {
  it('is judged by all processes together', async () => {
    await endedTimes(5, 'silent');
    await endedTimes(4, 'silent', {}, other);
    expect(await breaker()).toBe('closed');
    await ended('silent', {}, other);
    expect(await breaker()).toBe('open');
    await until('the first sees it', async () => choiceIn(await one.now()).kind === 'wait');
  });

  it('counts an order once, by its last result', async () => {
    const orderId = randomUUID();
    for (let attempt = 1; attempt <= 20; attempt++) await ended('silent', { orderId, attempt });
    expect((await report())?.results).toEqual({ orders: 1, failed: 0, silent: 1, merchants: 1 });
    await ended('answered', { orderId, attempt: 21 });
    await until('it is counted', async () => (await report())?.results.silent === 0);
    expect((await report())?.results).toEqual({ orders: 1, failed: 0, silent: 0, merchants: 1 });
  });

  it('counts answers within a second or two, without a statement for each', async () => {
    await Promise.all(Array.from({ length: 50 }, () => ended('answered')));
    await until('they are counted', async () => (await report())?.results.orders === 50);
    const [rows] = await owner.query('SELECT count(*)::integer AS rows FROM gateway_answers WHERE gateway = $1', [
      gateway,
    ]);
    expect(rows).toEqual({ rows: 1 });
  });

  it('does not open by answers without an outcome to one merchant, while others are answered', async () => {
    await ended('answered', { merchantId: globex });
    await endedTimes(20, 'failed');
    expect(await breaker()).toBe('closed');
    await ended('failed', { merchantId: globex, orderId: randomUUID() });
    await ended('failed', { merchantId: globex, orderId: randomUUID() });
    expect(await breaker()).toBe('open');
  });

  it('opens by silence, whoever’s order it is', async () => {
    await endedTimes(8, 'answered', { merchantId: globex });
    await endedTimes(10, 'silent');
    expect(await breaker()).toBe('open');
  });

  it('is not judged by what began before it was closed', async () => {
    await openBreaker();
    await one.close(gateway, { actor: 'operator:1', reason: 'The bank has called.' });
    await endedTimes(10, 'silent', { seconds: 60 });
    expect(await report()).toMatchObject({ breaker: 'closed', results: { orders: 0 } });
  });

  it('remembers minutes', async () => {
    await endedTimes(9, 'silent');
    await owner.query(`UPDATE gateway_failures SET ended_at = now() - interval '301 seconds' WHERE gateway = $1`, [
      gateway,
    ]);
    await new SubmissionResults(database, async () => undefined).note(aSilence());
    const [rows] = await owner.query('SELECT count(*)::integer AS rows FROM gateway_failures WHERE gateway = $1', [
      gateway,
    ]);
    expect(rows).toEqual({ rows: 1 });
  });

  const aSilence = (): SubmissionResult => ({
    ...{ gateway, orderId: randomUUID(), merchantId: acme, attempt: 1, trial: null, result: 'silent', seconds: 1 },
  });
});

describe('the trial of a breaker', () => {
  beforeEach(async () => {
    await openBreaker();
    await halfOpen();
  });

  it('is one order’s, whoever asks in whatever process, and closes the breaker for all', async () => {
    const [first, second, third] = [anOrder(), anOrder(), anOrder()];
    const leases = await Promise.all([one.leaseTrial(gateway, first), one.leaseTrial(gateway, third)]);
    const trial = leases[0]!;
    expect(leases).toEqual([{ gateway, orderId: first.id, until: expect.any(String) }, null]);
    expect(await other.leaseTrial(gateway, second)).toBeNull();
    expect(choiceIn(await one.now(), trial)).toEqual({ kind: 'go', gateway });
    expect(choiceIn(await other.now())).toMatchObject({ kind: 'wait', for: 'gateway_unavailable' });
    expect(await report()).toMatchObject({ trialOrder: first.id, trialUntil: expect.any(Date) });
    await ended('answered', { orderId: first.id, merchantId: first.merchantId, trial });
    expect(await report()).toMatchObject({ breaker: 'closed', trialOrder: null, results: { orders: 0 } });
    await until('the other process sees it', async () => choiceIn(await other.now()).kind === 'go');
  });

  it('is another’s at once when the order gives it back, and not when somebody else does', async () => {
    const [first, second] = [anOrder(), anOrder()];
    const trial = await leased(one, first);
    await other.giveBackTrial({ ...trial, orderId: second.id });
    await other.giveBackTrial({ ...trial, until: new Date().toISOString() });
    expect(await other.leaseTrial(gateway, second)).toBeNull();
    await one.giveBackTrial(trial);
    await leased(other, second);
  });

  it('is one worker’s: to another one with the same order it is not leased, and a lease that is over ends none', async () => {
    const order = anOrder();
    const [orderId, { merchantId }] = [order.id, order];
    const earlier = await leased(one, order);
    expect(await other.leaseTrial(gateway, order)).toBeNull();
    expect(choiceIn(await other.now())).toMatchObject({ kind: 'wait', for: 'gateway_unavailable' });
    await one.giveBackTrial(earlier);
    const trial = await leased(other, order);

    // Nothing that the first one still does under its own lease counts.
    await one.giveBackTrial(earlier);
    await ended('silent', { orderId, merchantId, trial: earlier });
    await ended('answered', { orderId, merchantId, trial: earlier });
    expect(await report()).toMatchObject({ breaker: 'half_open', trialOrder: order.id });

    await ended('answered', { orderId, merchantId, trial }, other);
    expect(await breaker()).toBe('closed');
  });

  it('is not given to a second one that had to wait while the first one got it', async () => {
    const first = randomUUID();
    const second = await overtaken(place.ownerUrl, {
      hold: 'SELECT FROM gateway_states FOR UPDATE',
      begin: () => other.leaseTrial(gateway, anOrder()),
      meanwhile: () => [
        `UPDATE gateway_states SET trial_order = $2, trial_until = clock_timestamp() + $3::integer * interval '1 second'
         WHERE gateway = $1`,
        [gateway, first, TRIAL_SECONDS],
      ],
    });

    expect(second).toBeNull();
    expect(await report()).toMatchObject({ breaker: 'half_open', trialOrder: first });
  });

  it('ends by itself when its process does', async () => {
    const hasty = new CircuitBreakers(database, { openSeconds: OPEN_SECONDS, trialSeconds: 0.2 });
    const [dead, next] = [anOrder(), anOrder()];
    const trial = await leased(hasty, dead);
    expect(await hasty.leaseTrial(gateway, next)).toBeNull();
    await until('the lease has ended', async () => (await hasty.leaseTrial(gateway, next)) !== null);
    // The answer to the first one arrives after all, but it is no longer the trial.
    await ended('answered', { orderId: dead.id, trial });
    expect(await breaker()).toBe('half_open');
  });

  it('that fails keeps it open, twice as long', async () => {
    const { id: orderId, merchantId } = anOrder();
    const trial = await leased(one, { id: orderId, merchantId });
    await ended('silent', { orderId, merchantId, trial });
    expect(await breaker()).toBe('open');
    expect(await openSeconds()).toBeCloseTo(2 * OPEN_SECONDS);
    // A late answer to an earlier submission says nothing.
    await ended('answered');
    expect(await breaker()).toBe('open');
  });

  it('that fails says nothing new when the order had failed before, or its merchant’s with an answer', async () => {
    const trial = async (details: Required<Pick<Details, 'merchantId' | 'result'>> & Details): Promise<number> => {
      const order = { id: details.orderId ?? randomUUID(), merchantId: details.merchantId };
      let lease: TrialLease | null = null;
      await until('it may try', async () => (lease = await one.leaseTrial(gateway, order)) !== null);
      await ended(details.result, { ...details, orderId: order.id, trial: lease });
      return Math.round((await openSeconds()) / OPEN_SECONDS);
    };
    expect(await trial({ merchantId: acme, result: 'silent', attempt: 2 })).toBe(1);
    const orderId = randomUUID();
    expect(await trial({ merchantId: globex, result: 'failed', orderId })).toBe(2);
    // By now both the order and its merchant are known to fail.
    expect(await trial({ merchantId: globex, result: 'failed' })).toBe(2);
    expect(await trial({ merchantId: globex, result: 'silent', orderId })).toBe(2);
    expect(await trial({ merchantId: globex, result: 'silent' })).toBe(4);
  });

  it('is for an order that has not failed before, if there is one', async () => {
    const { id: failed, merchantId: initech } = anOrder();
    const trial = await leased(one, { id: failed, merchantId: initech });
    await ended('failed', { orderId: failed, merchantId: initech, trial });
    await halfOpen();
    expect(await one.leaseTrial(gateway, { id: failed, merchantId: initech })).toBeNull();
    expect(await one.leaseTrial(gateway, anOrder(initech))).toBeNull();
    await leased(one, anOrder());
  });
});

describe('an operator', () => {
  it('closes a breaker for all processes', async () => {
    await openBreaker();
    await one.close(gateway, { actor: 'operator:1', reason: 'The bank has called.' });
    expect(choiceIn(await one.now())).toEqual({ kind: 'go', gateway });
    await until('the other process sees it', async () => choiceIn(await other.now()).kind === 'go');
    const [row] = await owner.query('SELECT closed_by, closed_reason FROM gateway_states WHERE gateway = $1', [
      gateway,
    ]);
    expect(row).toEqual({ closed_by: 'operator:1', closed_reason: 'The bank has called.' });
    // It counts again from zero.
    await endedTimes(9, 'silent');
    expect(await breaker()).toBe('closed');
  });
});

describe('a clock that was ahead', () => {
  it('lets nothing that began afterwards go uncounted', async () => {
    await owner.query(`INSERT INTO gateway_states (gateway, closed_at) VALUES ($1, now() + interval '25 hours')`, [
      gateway,
    ]);
    await endedTimes(10, 'silent');
    expect(await breaker()).toBe('open');
  });

  it('keeps no breaker open and no trial leased beyond what the settings explain', async () => {
    const ahead = "now() + interval '25 hours'";
    await owner.query(
      `INSERT INTO gateway_states (gateway, open_until, openings, trial_order, trial_until)
       VALUES ($1, ${ahead}, 1, $2, ${ahead})`,
      [gateway, randomUUID()],
    );
    expect(await report()).toMatchObject({ breaker: 'half_open', trialOrder: null });
    const { id: orderId, merchantId } = anOrder();
    const trial = await leased(one, { id: orderId, merchantId });
    await ended('answered', { orderId, merchantId, trial });
    expect(await breaker()).toBe('closed');
  });
});
