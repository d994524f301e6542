import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { GatewaysNow } from '../../src/modules/gateways/domain/availability.js';
import { CircuitBreakers } from '../../src/modules/gateways/infrastructure/circuit-breakers.js';
import { Database } from '../../src/platform/database/database.js';
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
});

const aProcess = (): CircuitBreakers => new CircuitBreakers(database, OPEN_SECONDS, TRIAL_SECONDS);

const anOrder = () => ({ merchantId: randomUUID(), id: randomUUID() });

const choiceIn = (gateways: GatewaysNow, orderId: string) => gateways.firstFor(orderId, [gateway]);

const state = async () => (await one.states()).find((known) => known.gateway === gateway);

async function openBreaker(by = one): Promise<void> {
  for (let i = 0; i < 10; i++) await by.ended(gateway, randomUUID(), false);
  expect((await state())?.breaker).toBe('open');
}

const halfOpen = () => until('the breaker is half open', async () => (await state())?.breaker === 'half_open');

describe('the trial of a breaker', () => {
  beforeEach(async () => {
    await openBreaker();
    await halfOpen();
  });

  it('is one order’s, whoever asks in whatever process, and closes the breaker for all', async () => {
    const [first, second, third] = [anOrder(), anOrder(), anOrder()];
    const leases = await Promise.all([one.leaseTrial(gateway, first), one.leaseTrial(gateway, third)]);
    expect(leases).toEqual([true, false]);
    expect(await other.leaseTrial(gateway, second)).toBe(false);
    expect(choiceIn(await one.now(), first.id)).toEqual({ kind: 'go', gateway });
    expect(choiceIn(await other.now(), second.id)).toEqual({ kind: 'wait', for: 'gateway_unavailable' });
    await one.ended(gateway, first.id, true);
    expect(await state()).toMatchObject({ breaker: 'closed', trialOrder: null });
    await until('the other process sees it', async () => choiceIn(await other.now(), second.id).kind === 'go');
  });

  it('is another’s at once when the order gives it back, and not when somebody else does', async () => {
    const [first, second] = [anOrder(), anOrder()];
    expect(await one.leaseTrial(gateway, first)).toBe(true);
    await other.giveBackTrial(gateway, second.id);
    expect(await other.leaseTrial(gateway, second)).toBe(false);
    await one.giveBackTrial(gateway, first.id);
    expect(await other.leaseTrial(gateway, second)).toBe(true);
  });

  it('ends by itself when its process does', async () => {
    const hasty = new CircuitBreakers(database, OPEN_SECONDS, 0.2);
    const [dead, next] = [anOrder(), anOrder()];
    expect(await hasty.leaseTrial(gateway, dead)).toBe(true);
    expect(await hasty.leaseTrial(gateway, next)).toBe(false);
    await until('the lease has ended', () => hasty.leaseTrial(gateway, next));
    // The first one's answer comes after all: it is no longer the trial.
    await one.now();
    await one.ended(gateway, dead.id, true);
    expect((await state())?.breaker).toBe('half_open');
  });

  it('that fails keeps it open, twice as long', async () => {
    const first = anOrder();
    await one.leaseTrial(gateway, first);
    await one.ended(gateway, first.id, false);
    const { breaker, openUntil } = (await state())!;
    expect(breaker).toBe('open');
    expect(openUntil!.getTime() - Date.now()).toBeGreaterThan(OPEN_SECONDS * 1_000);
    // A late answer of an earlier submission says nothing.
    await one.ended(gateway, randomUUID(), true);
    expect((await state())?.breaker).toBe('open');
  });
});

describe('an operator', () => {
  it('closes a breaker for all processes', async () => {
    await openBreaker();
    await one.close(gateway, 'The bank has called.', 'operator:1');
    expect(choiceIn(await one.now(), randomUUID())).toEqual({ kind: 'go', gateway });
    await until('the other process sees it', async () => choiceIn(await other.now(), 'x').kind === 'go');
    const [row] = await owner.query('SELECT closed_by, closed_reason FROM gateway_states WHERE gateway = $1', [
      gateway,
    ]);
    expect(row).toEqual({ closed_by: 'operator:1', closed_reason: 'The bank has called.' });
    // It counts anew.
    for (let i = 0; i < 9; i++) await one.ended(gateway, randomUUID(), false);
    expect((await state())?.breaker).toBe('closed');
  });
});

describe('a clock that was ahead', () => {
  it('keeps no breaker open and no trial leased beyond what the settings explain', async () => {
    const ahead = "now() + interval '25 hours'";
    await owner.query(
      `INSERT INTO gateway_states (gateway, open_until, openings, trial_order, trial_until)
       VALUES ($1, ${ahead}, 1, $2, ${ahead})`,
      [gateway, randomUUID()],
    );
    expect(await state()).toMatchObject({ breaker: 'half_open', trialOrder: null });
    const order = anOrder();
    expect(await one.leaseTrial(gateway, order)).toBe(true);
    await one.ended(gateway, order.id, true);
    expect((await state())?.breaker).toBe('closed');
  });
});
