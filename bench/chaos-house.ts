import { setTimeout as pause } from 'node:timers/promises';
import { type BenchMerchant, findingsOf, makeMerchants } from './merchants.js';
import { ServiceProcess } from './processes.js';
import type { Place } from './temporary-server.js';

const MERCHANTS = 10;

/** What has not come to its end yet. */
interface Open {
  readonly payouts: number;
  /** Callbacks that the bank has not delivered. */
  readonly post: number;
  /** Callbacks that were delivered and not taken in. */
  readonly callbacks: number;
}

const OPEN = `
  SELECT (SELECT count(*)::integer FROM payouts WHERE next_attempt_at IS NOT NULL) AS payouts,
    (SELECT count(*)::integer FROM bank_simulator.callbacks WHERE delivered_at IS NULL) AS post,
    (SELECT count(*)::integer FROM gateway_callbacks WHERE next_try_at IS NOT NULL) AS callbacks`;

/** Both books side by side: what Bahi says, and what the bank says, of each payout. */
const BOTH = `
  SELECT p.id, p.status, p.utr, p.amount_paise, t.amount_paise AS bank_amount_paise, t.utr AS bank_utr,
    (SELECT count(*)::integer FROM bank_simulator.movements m WHERE m.reference = p.id::text) AS times_paid,
    CASE WHEN t.reference IS NULL THEN 'failed' WHEN t.outcome = 'rejected' THEN 'failed'
      WHEN t.returns_at <= now() THEN 'reversed' WHEN t.outcome = 'paid' THEN 'completed' ELSE t.outcome END AS expected
  FROM payouts p LEFT JOIN bank_simulator.transfers t ON t.reference = p.id::text`;

interface BothRow {
  readonly id: string;
  readonly status: string;
  readonly expected: string;
  readonly utr: string | null;
  readonly bank_utr: string | null;
  readonly amount_paise: string;
  readonly bank_amount_paise: string | null;
  readonly times_paid: number;
}

/** One API, two workers that are killed, and a bank with every fault. */
export class ChaosHouse {
  private asked = 0;
  private readonly starting: Promise<void>[] = [];

  private constructor(
    private readonly place: Place,
    private readonly environment: Record<string, string>,
    private readonly merchants: readonly BenchMerchant[],
    private readonly api: ServiceProcess,
    /** Those that are up, the one that has lived longest in front. */
    private readonly workers: ServiceProcess[],
    /** When the first payout may be asked for, after the beginning. */
    readonly startedAfterMs: number,
  ) {}

  static async open(place: Place, seed: string, began: number): Promise<ChaosHouse> {
    const environment = {
      ...place.environment,
      // Calls may take a second, and recovery begins soon after.
      PAYOUT_PROCESSING_TIMEOUT_SECONDS: '3',
      PAYOUT_MAX_RETRIES: '10',
      PAYOUT_BANK_FAILURE_RATE: '0.05',
      BANK_SIMULATOR_FAULT_RATE: '0.05',
      BANK_SIMULATOR_SEED: seed,
      GATEWAY_BREAKER_OPEN_SECONDS: '1',
    };
    const merchants = await makeMerchants(place, MERCHANTS, { ending: '9999' });
    const start = (entryPoint: 'api' | 'worker') => ServiceProcess.start(entryPoint, environment);
    const [api, ...workers] = await Promise.all([start('api'), start('worker'), start('worker')]);
    return new ChaosHouse(place, environment, merchants, api, workers, Date.now() - began);
  }

  /** Asks as a careful client does: again, with the same key, until there is an answer. */
  async payOut(index: number, amountPaise: number): Promise<void> {
    const { apiKey, bankAccountId } = this.merchants[index % this.merchants.length]!;
    const headers = { 'x-api-key': apiKey, 'idempotency-key': `payout-${index}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ amount_paise: amountPaise, bank_account_id: bankAccountId });
    const url = `http://127.0.0.1:${this.api.port}/api/v1/payouts`;
    for (;;) {
      const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => null);
      await answer?.arrayBuffer();
      if (answer?.status === 201 || answer?.status === 200) break;
      if (answer !== null && answer.status < 500) throw new Error(`a payout was refused with ${answer.status}`);
      await pause(200);
    }
    this.asked++;
  }

  /**
   * SIGKILL, with whatever it has in hand; another one takes its place as soon as it is up.
   * @returns false when there was none to kill: all of them are starting
   */
  async killWorker(): Promise<boolean> {
    const worker = this.workers.shift();
    if (worker === undefined) return false;
    await worker.kill();
    const replaced = ServiceProcess.start('worker', this.environment).then((fresh) => void this.workers.push(fresh));
    this.starting.push(replaced);
    return true;
  }

  /** Until as many workers are up as in the beginning. */
  async workersAreUp(): Promise<void> {
    await Promise.all(this.starting);
  }

  /** Nobody gets an answer from the bank meanwhile: calls hang. */
  async closeBankFor(ms: number): Promise<void> {
    await this.place.superuser.query(`DO $$ BEGIN
      LOCK TABLE bank_simulator.transfers IN ACCESS EXCLUSIVE MODE; PERFORM pg_sleep(${(ms / 1000).toFixed(3)}); END $$`);
  }

  /** @throws when it has not come about in time */
  async until(what: string, is: (open: Open) => boolean, say: (line: string) => void, withinMs: number): Promise<void> {
    const end = Date.now() + withinMs;
    for (let looks = 1; ; looks++) {
      const [open] = await this.place.superuser.query<Open>(OPEN);
      if (is(open!)) return;
      if (looks % 20 === 0) say(`${open!.payouts} payouts are open, ${open!.post} callbacks under way`);
      if (Date.now() > end) throw new Error(`waited in vain until ${what}: ${JSON.stringify(open)}`);
      await pause(500);
    }
  }

  /** Payout by payout; and the books by themselves, as `verify` does. */
  async compare(): Promise<{ findings: string[]; figures: string }> {
    const rows = await this.place.superuser.query<BothRow>(BOTH);
    const findings = rows.flatMap(differences);
    if (rows.length !== this.asked) findings.push(`${this.asked} payouts were accepted, and there are ${rows.length}`);
    findings.push(...(await findingsOf(this.place)));
    const count = (status: string): number => rows.filter((row) => row.status === status).length;
    const ends = ['completed', 'failed', 'reversed'].map((status) => `${count(status)} ${status}`);
    return { findings, figures: `${rows.length} payouts: ${ends.join(', ')}` };
  }
}

function differences(row: BothRow): string[] {
  const { id, status, expected, utr, bank_utr, amount_paise, bank_amount_paise, times_paid } = row;
  const found: string[] = [];
  if (status !== expected) found.push(`${id} is ${status}, and at the bank it is ${expected}`);
  if (times_paid > 1) found.push(`${id} was paid ${times_paid} times`);
  if (times_paid === 1 && utr !== bank_utr) found.push(`${id} has the UTR ${utr}, and the bank says ${bank_utr}`);
  if (bank_amount_paise !== null && amount_paise !== bank_amount_paise)
    found.push(`${id} is about ${amount_paise} paise, and the bank has ${bank_amount_paise}`);
  return found;
}
