import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosFlow, Compared } from './chaos-flow.js';
import { type BenchMerchant, findingsOf, makeMerchants } from './merchants.js';
import { ServiceProcess } from './processes.js';
import type { Place } from './temporary-server.js';

const MERCHANTS = 10;

/** What has not come to its end yet. */
export interface Open {
  readonly orders: number;
  /** Callbacks that the other side has not delivered. */
  readonly post: number;
  /** Callbacks that were delivered and not taken in. */
  readonly callbacks: number;
}

const CALLBACKS = 'SELECT count(*)::integer AS callbacks FROM gateway_callbacks WHERE next_try_at IS NOT NULL';

/** One API, two workers that are killed, and a bank or a provider with every fault. */
export class ChaosHouse {
  private asked = 0;
  private readonly starting: Promise<void>[] = [];

  private constructor(
    private readonly place: Place,
    private readonly flow: ChaosFlow,
    private readonly environment: Record<string, string>,
    private readonly merchants: readonly BenchMerchant[],
    private readonly api: ServiceProcess,
    /** Those that are up, the one that has lived longest in front. */
    private readonly workers: ServiceProcess[],
    /** When the first order may be asked for, after the beginning. */
    readonly startedAfterMs: number,
  ) {}

  static async open(place: Place, flow: ChaosFlow, seed: string, began: number): Promise<ChaosHouse> {
    const environment = {
      ...place.environment,
      // Calls may take a second, and recovery begins soon after.
      PROCESSING_TIMEOUT_SECONDS: '3',
      MAX_RETRIES: '10',
      ...flow.environment,
      BANK_SIMULATOR_SEED: seed,
      PAYMENT_SIMULATOR_SEED: seed,
      GATEWAY_BREAKER_OPEN_SECONDS: '1',
    };
    const merchants = await makeMerchants(place, MERCHANTS, { ending: '9999' });
    const start = (entryPoint: 'api' | 'worker') => ServiceProcess.start(entryPoint, environment);
    const [api, ...workers] = await Promise.all([start('api'), start('worker'), start('worker')]);
    return new ChaosHouse(place, flow, environment, merchants, api, workers, Date.now() - began);
  }

  async ask(index: number, dice: () => number): Promise<void> {
    const merchant = this.merchants[index % this.merchants.length]!;
    await this.flow.ask({ post: (path, body, key) => this.post(merchant, path, body, key) }, merchant, index, dice);
    this.asked++;
  }

  private async post({ apiKey }: BenchMerchant, path: string, body: object, key: string) {
    const headers = { 'x-api-key': apiKey, 'idempotency-key': key, 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${this.api.port}/api/v1${path}`;
    for (;;) {
      const request = { method: 'POST', headers, body: JSON.stringify(body) };
      const answer = await fetch(url, request).catch(() => null);
      const text = (await answer?.text().catch(() => '')) ?? '';
      if (answer !== null && answer.status < 500 && text !== '') {
        const said = JSON.parse(text) as Record<string, unknown>;
        const isRefused = answer.status >= 400 && answer.status !== 409;
        if (isRefused) throw new Error(`POST ${path} was refused with ${answer.status}: ${text}`);
        return { status: answer.status, body: said };
      }
      await pause(200);
    }
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

  /** Nobody gets an answer from the other side meanwhile: calls hang. */
  async closeOtherSideFor(ms: number): Promise<void> {
    await this.place.superuser.query(`DO $$ BEGIN
      LOCK TABLE ${this.flow.otherSide} IN ACCESS EXCLUSIVE MODE; PERFORM pg_sleep(${(ms / 1000).toFixed(3)}); END $$`);
  }

  /** @returns false when it has not come about in time */
  async until(is: (open: Open) => boolean, say: (line: string) => void, withinMs: number): Promise<boolean> {
    const end = Date.now() + withinMs;
    for (let looks = 1; Date.now() < end; looks++) {
      const open = await this.stillOpen();
      if (is(open)) return true;
      if (looks % 20 === 0) say(`${open.orders} orders are open, ${open.post} callbacks under way`);
      await pause(500);
    }
    return false;
  }

  /** Order by order; and the books by themselves, as `verify` does. */
  async compare(): Promise<Compared> {
    const { findings, figures } = await this.flow.compare(this.place.superuser, this.asked);
    return { findings: [...findings, ...(await findingsOf(this.place))], figures };
  }

  private async stillOpen(): Promise<Open> {
    const [orders] = await this.place.superuser.query<Omit<Open, 'callbacks'>>(this.flow.open);
    const [callbacks] = await this.place.superuser.query<Pick<Open, 'callbacks'>>(CALLBACKS);
    return { ...orders!, ...callbacks! };
  }
}
