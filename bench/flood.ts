import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ExactLatencies } from './exact-latencies.js';
import { KeepAliveConnection } from './keep-alive-connection.js';
import { RequestBytes, type RequestTemplate } from './request-bytes.js';

/** The order for a flood, as JSON in the first line of its standard input. */
export interface FloodOrder {
  readonly port: number;
  /** Requests that are sent whether or not earlier ones were answered. */
  readonly perSecond: number;
  readonly seconds: number;
  /** More than there can be unanswered requests; otherwise the rate would depend on the answers. */
  readonly connections: number;
  readonly requests: readonly RequestTemplate[];
}

/** The answers with one status. */
export interface FloodAnswers {
  readonly count: number;
  /** Within the measured time, per second. */
  readonly perSecond: number;
  /** Milliseconds from sending the request to the end of the answer. */
  readonly p50: number;
  readonly p99: number;
}

export interface FloodResult {
  readonly answers: Readonly<Record<string, FloodAnswers>>;
  /** Requests that could not be sent because no connection was free. */
  readonly notSent: number;
  /** CPU time of the flood itself, while requests are sent and answered. */
  readonly cpuMicros: number;
}

/** An answer that has not arrived this long after the end never arrives. */
const GRACE_MS = 15_000;

interface Caller {
  call(): void;
}

/** Sends at a given rate on whatever connections are free. */
class Flood {
  private readonly free: Caller[] = [];
  private readonly latencies = new Map<number, ExactLatencies>();
  private readonly counts = new Map<number, number>();
  private endsAt = Infinity;
  private open = 0;
  private fail!: (error: Error) => void;
  private allAnswered!: () => void;
  private readonly ended = new Promise<void>((resolve, reject) => ([this.allAnswered, this.fail] = [resolve, reject]));

  constructor(private readonly order: FloodOrder) {}

  async run(): Promise<FloodResult> {
    const { connections, requests, seconds } = this.order;
    const run = randomBytes(6).toString('hex');
    const connected = Array.from({ length: connections }, (_, i) =>
      this.connect(new RequestBytes(requests[i % requests.length]!, `${run}-${i}`)),
    );
    await Promise.race([this.ended, Promise.all(connected)]);
    const began = performance.now();
    const cpu = process.cpuUsage();
    this.endsAt = began + 1_000 * seconds;
    const notSent = await Promise.race([this.sendUntilTheEnd(began), this.ended.then(() => 0)]);
    setTimeout(() => this.fail(new Error('an answer never came')), GRACE_MS).unref();
    if (this.open > 0) await this.ended;
    const { user, system } = process.cpuUsage(cpu);
    return { answers: this.summary(), notSent, cpuMicros: user + system };
  }

  /** @returns how many could not be sent */
  private sendUntilTheEnd(began: number): Promise<number> {
    const { perSecond } = this.order;
    let [due, notSent] = [0, 0];
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        const now = Math.min(performance.now(), this.endsAt);
        for (const upTo = Math.floor(((now - began) / 1_000) * perSecond); due < upTo; due++) {
          const caller = this.free.pop();
          if (caller === undefined) notSent++;
          else caller.call();
        }
        if (now < this.endsAt) return;
        clearInterval(timer);
        resolve(notSent);
      }, 1);
    });
  }

  private async connect(request: RequestBytes): Promise<void> {
    let sentAt = 0;
    const caller = {
      call: (): void => {
        this.open++;
        sentAt = performance.now();
        connection.send(request.next());
      },
    };
    const connection = new KeepAliveConnection(this.order.port, {
      failed: this.fail,
      answered: (status) => {
        this.count(status, sentAt);
        this.free.push(caller);
        if (--this.open === 0 && performance.now() >= this.endsAt) this.allAnswered();
      },
    });
    await connection.connected();
    this.free.push(caller);
  }

  private count(status: number, sentAt: number): void {
    this.counts.set(status, (this.counts.get(status) ?? 0) + 1);
    const now = performance.now();
    if (now > this.endsAt) return;
    const latencies = this.latencies.get(status) ?? new ExactLatencies();
    this.latencies.set(status, latencies);
    latencies.add(now - sentAt);
  }

  private summary(): Record<string, FloodAnswers> {
    const statuses = [...this.counts].map(([status, count]) => {
      const latencies = this.latencies.get(status) ?? new ExactLatencies();
      const [p50, p99] = latencies.percentiles(0.5, 0.99);
      return [status, { count, perSecond: latencies.count / this.order.seconds, p50: p50!, p99: p99! }] as const;
    });
    return Object.fromEntries(statuses);
  }
}

const lines = createInterface(process.stdin);
// The other end of this pipe closes when the bench ends in any way; then the flood ends too.
lines.once('close', () => process.exit(1));
const [order] = (await once(lines, 'line')) as [string];
const result = await new Flood(JSON.parse(order) as FloodOrder).run();
process.stdout.write(JSON.stringify(result), () => process.exit(0));
