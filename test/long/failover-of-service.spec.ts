import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { documentedFetch } from '../support/documented-fetch.js';
import type { Merchant } from '../support/merchant.js';
import { ReplicatedPair } from '../support/replicated-server.js';
import { openToyBankDouble, type ToyBankDouble } from '../support/toy-bank-double.js';
import { until } from '../support/wait-for.js';

const NOT_RUN = 'not run: failover, for this machine has no PostgreSQL of its own (apt: postgresql-15)\n';

/** After this time the bank is asked about payouts without an outcome. */
const PROCESSING_TIMEOUT_SECONDS = 6;

/** How soon after the promotion payouts are accepted again, as the product promises. */
const ACCEPTS_AGAIN_WITHIN_MS = 5_000;

const folder = mkdtempSync(join(tmpdir(), 'bahi-test-failover-'));
let pair: ReplicatedPair | null = null;
let bank: ToyBankDouble;
let bahi: Bahi;
let acme: Merchant;

/** A service on both servers, with a bank whose orders are on neither. @returns false if it cannot be tested here */
async function open(replication: { synchronous: boolean }): Promise<boolean> {
  pair = await ReplicatedPair.start(replication);
  if (pair === null) return (process.stderr.write(NOT_RUN), false);
  bank = await openToyBankDouble({ slowAnswerMs: 1_000, settlementMs: 0, returnMs: 0 });
  const { url, key, callbackSecrets } = bank.settings;
  bahi = await Bahi.open({
    server: pair,
    environment: {
      ...{ GATEWAYS: 'toy-bank,payment-simulator', TOY_BANK_URL: url, TOY_BANK_KEY: key },
      TOY_BANK_CALLBACK_SECRET: callbackSecrets.join(),
      DATABASE_TIMELINE_FILE: join(folder, randomUUID()),
      PROCESSING_TIMEOUT_SECONDS: `${PROCESSING_TIMEOUT_SECONDS}`,
    },
  });
  await bahi.serve({ worker: true });
  acme = await bahi.aMerchant({ rupees: 100_000, accounts: ['0001'] });
  return true;
}

afterEach(async () => {
  if (pair === null) return;
  await bahi.close();
  await bank.close();
  await pair.stop();
  pair = null;
  rmSync(folder, { recursive: true, force: true });
});

/** Callers who repeat each request, with its key, until they know its outcome. */
class Load {
  readonly accepted: { readonly id: string; readonly at: number }[] = [];
  readonly others = new Set<number>();
  private stopped = false;
  private readonly callers: Promise<void>[];

  constructor(callers: number) {
    this.callers = Array.from({ length: callers }, () => this.call());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.callers);
  }

  async hasAccepted(more: number): Promise<void> {
    const enough = this.accepted.length + more;
    await until(`${enough} are accepted`, () => this.accepted.length >= enough);
  }

  private async call(): Promise<void> {
    while (!this.stopped) {
      const key = randomUUID();
      for (let isKnown = false; !isKnown;) {
        const { status, body } = await acme.payOut(1, { key });
        isKnown = status === 201 || status === 200;
        if (isKnown) this.accepted.push({ id: body.id, at: performance.now() });
        else {
          this.others.add(status);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    }
  }
}

/** The payouts that the bank was asked for, from its requests. */
const sentToBank = (): string[] =>
  bank.requests.filter(({ method }) => method === 'POST').map(({ json }) => (json as { reference: string }).reference);

const health = async (): Promise<unknown> => (await documentedFetch(`${bahi.service.url}/health`)).json();

describe('a primary that is killed under load, and its replica that is promoted', () => {
  it('lose nothing where commits waited for the replica, and accept again within five seconds', async () => {
    if (!(await open({ synchronous: true }))) return;
    const load = new Load(4);
    await load.hasAccepted(40);
    await pair!.primary.kill();
    await pair!.replica.promote();
    const promoted = performance.now();
    await load.hasAccepted(40);
    await load.stop();
    const again = load.accepted.find(({ at }) => at > promoted)!;
    expect(again.at - promoted).toBeLessThan(ACCEPTS_AGAIN_WITHIN_MS);
    // Either an unknown outcome or a temporary refusal, never anything else.
    expect([...load.others].filter((status) => status !== 503)).toEqual([]);
    for (const { id } of load.accepted) await acme.until(id, 'completed');
    expect(load.accepted.map(({ id }) => bank.timesPaid(id)).filter((times) => times !== 1)).toEqual([]);
    // Bahi knows every payout that the bank has, and no payout was sent twice.
    const known = new Set(load.accepted.map(({ id }) => id));
    expect(sentToBank().filter((reference) => !known.has(reference))).toEqual([]);
    expect(known.size).toBe(load.accepted.length);
    expect(await bahi.findings()).toEqual([]);
    expect(await acme.balance()).toEqual({ available: 100_000 - known.size, held: 0 });
    const [seen] = (await bahi.asOperator().get('/database-failovers')).body.results;
    expect(seen).toMatchObject({ from_timeline: 1, timeline: 2, was_synchronous: true, stops_submissions: false });
    expect(await health()).toMatchObject({ status: 'healthy', submissions_stopped: false });
  }, 240_000);

  it('send nothing twice where payouts were lost, report each of them, and the old primary gets no commit', async () => {
    if (!(await open({ synchronous: false }))) return;
    const survivor = await acme.aPayout(1);
    await acme.until(survivor.id, 'completed');
    await pair!.caughtUp();
    await pair!.detach();
    const keys = Array.from({ length: 5 }, () => randomUUID());
    const lost = await Promise.all(keys.map((key) => acme.aPayout(2, { key })));
    for (const { id } of lost) await until('the bank has paid it', () => bank.timesPaid(id) === 1);
    await pair!.primary.kill();
    await pair!.replica.promote();

    // They are accepted as if they were new, and wait.
    const again: string[] = [];
    for (const key of keys) {
      await until('the repeat is accepted', async () => {
        const { status, body } = await acme.payOut(2, { key });
        if (status === 201) again.push(body.id);
        return status === 201;
      });
    }
    expect(again.filter((id) => lost.some((payout) => payout.id === id))).toEqual([]);
    for (const id of again) await acme.payoutThat('waits', id, (payout) => payout.waiting_for === 'database_failover');
    expect(await health()).toMatchObject({ status: 'degraded', submissions_stopped: true });

    const compared = await bahi.command('compare', '--with-bank');
    expect(compared.code).toBe(1);
    const reported = [...compared.stdout.matchAll(/^UNKNOWN_HERE toy-bank (\S+): ₹2\.00 at /gm)].map(([, id]) => id);
    expect(reported.sort()).toEqual(lost.map(({ id }) => id).sort());
    expect(compared.stdout).not.toContain(survivor.id);
    expect(compared.stdout).toContain('Submissions stay stopped: a bank has orders that are not known here');
    expect(sentToBank().sort()).toEqual([survivor.id, ...lost.map(({ id }) => id)].sort());

    // No merchant may cancel a payout that the bank may have. The operator who has checked cancels the repeats and
    // resumes.
    const operator = bahi.asOperator();
    const cancel = (id: string) => `/payouts/${id}/cancel?merchant_id=${acme.id}`;
    expect((await acme.api.post(`/payouts/${again[0]}/cancel`)).body.code).toBe('submissions_stopped');
    for (const id of again) expect((await operator.post(cancel(id))).status).toBe(200);
    await operator.post('/database-failovers/resume', { reason: 'The repeats are cancelled.' });
    const load = new Load(3);
    await load.hasAccepted(5);
    await oldPrimaryGetsNothing(load);
    await load.stop();
    for (const { id } of load.accepted) await acme.until(id, 'completed');
    expect(load.accepted.map(({ id }) => bank.timesPaid(id)).filter((times) => times !== 1)).toEqual([]);
    for (const id of again) expect(bank.timesPaid(id)).toBe(0);
  }, 240_000);
});

/** The old primary comes back, accepts writes, and comes first in the address. */
async function oldPrimaryGetsNothing(load: Load): Promise<void> {
  const old = pair!.primary;
  await old.start();
  const database = new URL(bahi.urls.superuserUrl).pathname.slice(1);
  const rows = async (): Promise<unknown> => {
    const counted = ['payouts', 'ledger_transactions', 'outbox', 'idempotency_keys'];
    return old.query(
      `SELECT ${counted.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join(', ')}`,
      database,
    );
  };
  const before = await rows();
  expect(await old.query('SELECT pg_is_in_recovery() AS recovers')).toEqual([{ recovers: false }]);
  // Every process has to reconnect, several times, and a new one starts that has seen nothing.
  const newcomer = await bahi.serve({ worker: true });
  for (let round = 0; round < 3; round++) {
    await load.hasAccepted(5);
    await pair!.replica.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'bahi%'`,
    );
  }
  await load.hasAccepted(5);
  expect((await bahi.asMerchant(acme, newcomer).get('/payouts?limit=1')).body.results[0].created_at).toMatch(/^20/);
  expect(await rows()).toEqual(before);
}
