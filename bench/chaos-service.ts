import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosFlow, Compared, OtherSideFault } from './chaos-flow.js';
import { clockAheadBy, type FakeClock } from './fake-clock.js';
import { type BenchMerchant, makeMerchants, makeOperator, verifyBooks } from './merchants.js';
import { PatientClient } from './patient-client.js';
import { ServiceProcess } from './processes.js';
import type { Place } from './temporary-server.js';

const MERCHANTS = 10;
const WORKERS = 2;

/** A worker that does not start is given up, and another is started, this many times. */
const WORKER_TRIES = 3;

const QUERY_TRIES = 5;

/** The offset of a correct clock, as libfaketime reads it. */
const RIGHT = '+0';

/**
 * SQLSTATE query_canceled and idle_in_transaction_session_timeout. If the server ends a connection between two
 * statements, the driver only reports that the second was not sent.
 */
function wasCancelled(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return ['57014', '25P03'].includes(String(code)) || String(message).endsWith('is not queryable');
}

/** What has not ended yet. */
export interface Open {
  readonly orders: number;
  /** Callbacks that the other side has not delivered. */
  readonly webhooks: number;
  /** Callbacks that were delivered but not processed. */
  readonly callbacks: number;
}

const CALLBACKS = 'SELECT count(*)::integer AS callbacks FROM gateway_callbacks WHERE next_try_at IS NOT NULL';
const OPEN_BREAKER = `
  INSERT INTO gateway_states (gateway, open_until, openings) VALUES ($1, now() + interval '1 second', 1)
  ON CONFLICT (gateway) DO UPDATE SET open_until = excluded.open_until, openings = 1, trial_order = NULL, trial_until = NULL`;
const TRIALS = 'SELECT trial_order FROM gateway_states WHERE trial_until > now()';

/** A separate seed for each process: otherwise every restarted process would draw the same first numbers again. */
function diceOf(seed: string, process: number): Record<string, string> {
  return { BANK_SIMULATOR_SEED: `${seed}-${process}`, PAYMENT_SIMULATOR_SEED: `${seed}-${process}` };
}

/** One API, two workers, and a bank or a provider with every fault. */
export class ChaosService {
  private asked = 0;
  private readonly starting: Promise<void>[] = [];
  private readonly tried = new Set<string>();
  /** Things that happened and should not have. */
  private readonly wrongs: string[] = [];
  private readonly client: PatientClient;

  private constructor(
    private readonly place: Place,
    private readonly flow: ChaosFlow,
    private readonly clock: FakeClock | null,
    private readonly environment: Record<string, string>,
    private readonly seed: string,
    private readonly merchants: readonly BenchMerchant[],
    private readonly operatorKey: string,
    private readonly api: ServiceProcess,
    /** The running workers, oldest first. */
    private readonly workers: ServiceProcess[],
  ) {
    this.client = new PatientClient(api.port);
  }

  static async open(place: Place, flow: ChaosFlow, seed: string, clock: FakeClock | null): Promise<ChaosService> {
    const environment = {
      ...place.environment,
      // Calls may take a second, and recovery begins soon after.
      PROCESSING_TIMEOUT_SECONDS: '3',
      MAX_RETRIES: '10',
      ...flow.environment,
      GATEWAY_BREAKER_OPEN_SECONDS: '1',
    };
    const merchants = await makeMerchants(place, MERCHANTS, { ending: '9999' });
    const operator = await makeOperator(place);
    const api = ServiceProcess.start('api', environment);
    const workers = Array.from({ length: WORKERS }, (_, number) =>
      ServiceProcess.start('worker', { ...environment, ...diceOf(seed, number) }),
    );
    const all = await Promise.all([api, Promise.all(workers)]);
    return new ChaosService(place, flow, clock, environment, seed, merchants, operator, ...all);
  }

  async ask(index: number, dice: () => number): Promise<void> {
    const merchant = this.merchants[index % this.merchants.length]!;
    const customer = {
      post: (path: string, body: object, key: string) => this.client.order(merchant, path, body, key),
    };
    await this.flow.ask(customer, merchant, index, dice);
    this.asked++;
  }

  /**
   * SIGKILL, whatever it is doing; another worker replaces it as soon as it is up.
   * @param clock of the new worker
   * @returns false if another worker is still starting: if that takes long, one must keep working
   */
  async killWorker(clock: Record<string, string> = {}): Promise<boolean> {
    if (this.workers.length < WORKERS) return false;
    const worker = this.workers.shift()!;
    await worker.kill();
    const replaced = this.startWorker(clock);
    // The error is reported to the caller that waits for the workers.
    replaced.catch(() => undefined);
    this.starting.push(replaced);
    return true;
  }

  private async startWorker(clock: Record<string, string>): Promise<void> {
    const dice = diceOf(this.seed, WORKERS + this.starting.length);
    for (let tries = 1; ; tries++) {
      try {
        this.workers.push(await ServiceProcess.start('worker', { ...this.environment, ...dice, ...clock }));
        return;
      } catch (error) {
        if (tries === WORKER_TRIES) throw error;
      }
    }
  }

  /** Waits until as many workers are up as at the start. */
  async workersAreUp(): Promise<void> {
    await Promise.all(this.starting);
  }

  /** For the time after the troubles: no worker with a wrong clock remains. */
  async replaceWorkers(): Promise<void> {
    for (let i = 0; i < WORKERS; i++) {
      await this.workersAreUp();
      await this.killWorker();
    }
    await this.workersAreUp();
  }

  /**
   * SIGSTOP, and SIGCONT after this time: if that is longer than a lease, the process wakes when others have its work.
   */
  async freezeOne(choose: (processes: readonly ServiceProcess[]) => ServiceProcess, ms: number): Promise<boolean> {
    const frozen = choose([this.api, ...this.workers]);
    frozen.freeze();
    await pause(ms);
    frozen.goOn();
    return true;
  }

  /** The other side answers nobody meanwhile: calls hang. */
  async closeOtherSideFor(ms: number): Promise<boolean> {
    const closed = this.place.superuser.transaction(async (sql) => {
      await sql.query(`LOCK TABLE ${this.flow.otherSide} IN ACCESS EXCLUSIVE MODE`);
      // Not the server's own sleep, which uses its clock: that may be changed meanwhile.
      await pause(ms);
      return true;
    });
    return closed.catch((error: unknown) => {
      if (wasCancelled(error)) return false;
      throw error;
    });
  }

  /** Once the request is answered, none of the merchant's orders may be sent until it is active again. */
  async deactivateOne(choose: (merchants: readonly BenchMerchant[]) => BenchMerchant, ms: number): Promise<boolean> {
    const { id } = choose(this.merchants);
    await this.switchMerchant(id, false);
    const before = await this.submissionsOf(id);
    await pause(ms);
    const sent = (await this.submissionsOf(id)) - before;
    if (sent > 0) this.wrongs.push(`${sent} orders of ${id} were sent while the merchant was inactive`);
    await this.switchMerchant(id, true);
    return true;
  }

  private async switchMerchant(id: string, isActive: boolean): Promise<void> {
    const { status } = await this.client.request('PATCH', `/merchants/${id}`, this.operatorKey, {
      is_active: isActive,
    });
    if (status !== 200) throw new Error(`PATCH /merchants/${id} was answered ${status}`);
  }

  private async submissionsOf(merchantId: string): Promise<number> {
    const [row] = await this.query<{ submissions: number }>(this.flow.submissions, [merchantId]);
    return row!.submissions;
  }

  /**
   * A statement during which the server's clock is changed may end as if it had timed out. It has changed nothing then,
   * and is sent again.
   */
  private async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.place.superuser.query<Row>(text, values);
      } catch (error) {
        if (!wasCancelled(error) || tries === QUERY_TRIES) throw error;
      }
    }
  }

  /** Makes the database's clock wrong for a while. The clock of the other side, in the same database, stays correct. */
  async setClockFor(offset: string, ms: number): Promise<boolean> {
    if (this.clock === null) return false;
    await this.setClock(this.clock, RIGHT, offset);
    await pause(ms);
    await this.setClock(this.clock, offset, RIGHT);
    for (const statement of this.flow.rightClock) await this.query(statement);
    return true;
  }

  /**
   * In one moment for everything that asks the other side: otherwise it would report settled transfers as pending, or
   * pending ones as settled.
   */
  private async setClock(clock: FakeClock, from: string, to: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.place.superuser.transaction(async (sql) => {
          await sql.query(`LOCK TABLE ${this.flow.otherSide} IN ACCESS EXCLUSIVE MODE`);
          clock.set(to);
          for (const statement of this.flow.carriesTimes) await sql.query(statement, [from, to]);
        });
      } catch (error) {
        if (!wasCancelled(error) || tries === QUERY_TRIES) throw error;
      }
    }
  }

  /** Replaces a worker with one whose own clock is wrong for as long as it lives. */
  async misleadWorker(offset: string): Promise<boolean> {
    await this.workersAreUp();
    return this.killWorker(clockAheadBy(offset));
  }

  async causeOtherSideFault({ sql }: OtherSideFault, drawn: number): Promise<boolean> {
    return (await this.query(sql, [drawn])).length > 0;
  }

  async mend(): Promise<boolean> {
    for (const statement of this.flow.mends) await this.query(statement);
    return true;
  }

  /** As if the gateway had not answered for long: after that, one order at a time tests it. */
  async openBreaker(): Promise<boolean> {
    await this.query(OPEN_BREAKER, [this.flow.gateway]);
    return true;
  }

  /** Records the orders that test the other side while a breaker is half open, as far as the looks catch them. */
  async lookForTrials(): Promise<boolean> {
    const rows = await this.query<{ trial_order: string | null }>(TRIALS);
    for (const { trial_order: order } of rows) if (order !== null) this.tried.add(order);
    return true;
  }

  get trials(): number {
    return this.tried.size;
  }

  async stillOpen(): Promise<Open> {
    const [orders] = await this.query<Omit<Open, 'callbacks'>>(this.flow.open);
    const [callbacks] = await this.query<Pick<Open, 'callbacks'>>(CALLBACKS);
    return { ...orders!, ...callbacks! };
  }

  /** Describes what has not ended, in words. */
  async stuck({ orders, webhooks, callbacks }: Open): Promise<string> {
    const rows = await this.query<{ what: string }>(this.flow.stuck);
    const counts = `${orders} orders are open, ${webhooks} callbacks not delivered, ${callbacks} not taken in`;
    return [counts, ...rows.map(({ what }) => what)].join('; ');
  }

  /** Compares both sides order by order, and verifies the books themselves as `verify` does. */
  async compare(): Promise<Compared> {
    const { findings, figures } = await this.flow.compare(this.place.superuser, this.asked);
    const { findings: inBooks } = await verifyBooks(this.place);
    return { findings: [...this.wrongs, ...findings, ...inBooks], figures };
  }
}
