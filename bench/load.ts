import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ExactLatencies } from './exact-latencies.js';
import { KeepAliveConnection, type Listener } from './keep-alive-connection.js';
import { RequestBytes, type RequestTemplate } from './request-bytes.js';

/** The order for a load process, as JSON in the first line of its standard input. */
export interface LoadOrder {
  /** Ports of the processes to which the connections are assigned in turn. */
  readonly ports: readonly number[];
  readonly connections: number;
  readonly seconds: number;
  /** They are assigned to the connections in turn, and each connection repeats its own. */
  readonly requests: readonly RequestTemplate[];
  readonly expectedStatus: number;
  /** Each request is sent once, and `seconds` is the longest that this may take. */
  readonly eachOnce?: boolean;
}

/** The result, as JSON on standard output. */
export interface LoadResult {
  /** Requests answered within the time. Those in flight at its end are waited for, but counted only as accepted. */
  readonly perSecond: number;
  /** Milliseconds from sending a request to the end of its answer. */
  readonly p50: number;
  readonly p99: number;
  /** All answers with the expected status. */
  readonly accepted: number;
  readonly otherStatuses: Readonly<Record<string, number>>;
  /** CPU time of the load process itself. */
  readonly cpuMicros: number;
}

/** An answer that has not arrived this long after the end never arrives. */
const GRACE_MS = 15_000;

/** Keeps one request in flight on each connection until the time is up. */
class Load {
  private readonly latencies = new ExactLatencies();
  private readonly otherStatuses: Record<string, number> = {};
  private accepted = 0;
  private endsAt = Infinity;
  private open: number;
  private allAnswered!: () => void;
  private fail!: (error: Error) => void;
  private readonly ended = new Promise<void>((resolve, reject) => ([this.allAnswered, this.fail] = [resolve, reject]));

  constructor(private readonly order: LoadOrder) {
    this.open = order.connections;
  }

  async run(): Promise<LoadResult> {
    const { ports, connections, requests, seconds, eachOnce = false } = this.order;
    const run = randomBytes(6).toString('hex');
    const callers = Array.from({ length: connections }, (_, i) =>
      this.caller(
        ports[i % ports.length]!,
        dealtTo(i, connections, requests).map((request, j) => new RequestBytes(request, `${run}-${i}-${j}`)),
      ),
    );
    await Promise.race([this.ended, Promise.all(callers.map(({ connected }) => connected))]);
    const cpu = process.cpuUsage();
    const begun = performance.now();
    this.endsAt = performance.now() + 1000 * seconds;
    for (const { call } of callers) call();
    setTimeout(() => this.fail(new Error('an answer never came')), 1000 * seconds + GRACE_MS).unref();
    await this.ended;
    const { user, system } = process.cpuUsage(cpu);
    const [p50, p99] = this.latencies.percentiles(0.5, 0.99);
    const { accepted, otherStatuses } = this;
    const perSecond = this.latencies.count / (eachOnce ? (performance.now() - begun) / 1_000 : seconds);
    return { perSecond, p50: p50!, p99: p99!, accepted, otherStatuses, cpuMicros: user + system };
  }

  private caller(port: number, requests: readonly RequestBytes[]): { connected: Promise<void>; call: () => void } {
    let sentAt = 0;
    let sent = 0;
    const call = (): void => {
      const request = requests[sent++ % requests.length]!;
      sentAt = performance.now();
      connection.send(request.next());
    };
    const listener: Listener = {
      failed: this.fail,
      answered: (status) => {
        const isDone = this.order.eachOnce === true && sent === requests.length;
        if (this.count(status, sentAt) && !isDone) return call();
        connection.close();
        if (--this.open === 0) this.allAnswered();
      },
    };
    const connection = new KeepAliveConnection(port, listener);
    return { connected: connection.connected(), call };
  }

  /** @returns whether there is time for another request */
  private count(status: number, sentAt: number): boolean {
    if (status === this.order.expectedStatus) this.accepted++;
    else this.otherStatuses[status] = (this.otherStatuses[status] ?? 0) + 1;
    const now = performance.now();
    if (now > this.endsAt) return false;
    this.latencies.add(now - sentAt);
    return true;
  }
}

/** If there are more connections than requests, several connections repeat the same request. */
function dealtTo(connection: number, connections: number, requests: readonly RequestTemplate[]): RequestTemplate[] {
  const own = requests.filter((_, i) => i % connections === connection);
  return own.length > 0 ? own : [requests[connection % requests.length]!];
}

const lines = createInterface(process.stdin);
// The other end of this pipe closes when the bench ends in any way; then the load ends too.
lines.once('close', () => process.exit(1));
const [order] = (await once(lines, 'line')) as [string];
const result = await new Load(JSON.parse(order) as LoadOrder).run();
process.stdout.write(JSON.stringify(result), () => process.exit(0));
