import { median } from './median.js';
import type { PayoutRun } from './payout-load.js';
import type { ReadRun } from './reads.js';
import { printTable, whole } from './table.js';
import type { ListRun, WholeWay, WholeWayRun } from './whole-way.js';

export interface Measured {
  /** Null: left out. */
  readonly payouts: MeasuredPayouts | null;
  /** Null: left out. */
  readonly searches: readonly ReadRun[] | null;
  readonly whole: { readonly wholeWay: WholeWay; readonly pgbenchTps: readonly number[] } | null;
  readonly server: string;
}

export interface MeasuredPayouts {
  /** Several runs of each scenario, with their batch sizes. */
  readonly payouts: readonly (PayoutRun & { readonly batchSize: number })[];
  /** Empty where there is no pgbench. */
  readonly pgbenchTps: readonly number[];
  readonly reads: readonly ReadRun[];
  readonly verifiedTransactions: number;
  /** Payouts that the worker brought to their end while it was on, per second. */
  readonly completedPerSecond: number;
}

interface PayoutFigures {
  readonly scenario: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly batchSize: number;
  /** Payouts per second ÷ pgbench's transactions per second; null without pgbench. */
  readonly ratio: number | null;
  readonly cpuMicros: { readonly api: number | null; readonly server: number | null; readonly load: number | null };
}

/** Medians over the runs of a scenario: one run that somebody disturbed does not count. */
export function summarise({ payouts, searches, whole }: Measured) {
  return {
    searches: searches === null ? null : summariseReads(searches),
    payouts: payouts === null ? null : summariseLoad(payouts),
    whole: whole === null ? null : summariseWholeWay(whole),
  };
}

function summariseWholeWay({ wholeWay: { runs, lists }, pgbenchTps }: NonNullable<Measured['whole']>) {
  const of = (figure: (run: WholeWayRun) => number): number => median(runs.map(figure));
  const listsPerSecond = (name: ListRun['name']): number =>
    median(lists.filter((list) => list.name === name).map(({ perSecond }) => perSecond));
  const tps = pgbenchTps.length > 0 ? median(pgbenchTps) : null;
  const completedPerSecond = of((run) => run.completedPerSecond);
  const [cached, uncached] = [listsPerSecond('cached'), listsPerSecond('uncached')];
  return {
    pgbenchTps: tps,
    completedPerSecond,
    ratio: tps === null ? null : completedPerSecond / tps,
    acceptedPerSecond: of((run) => run.acceptedPerSecond),
    drainSeconds: of((run) => run.drainSeconds),
    cpuMicros: { api: of((run) => run.cpu.api ?? NaN), worker: of((run) => run.cpu.worker ?? NaN) },
    lists: { cached, uncached, ratio: cached / uncached },
  };
}

function summariseLoad({ payouts, pgbenchTps, reads }: MeasuredPayouts) {
  const tps = pgbenchTps.length > 0 ? median(pgbenchTps) : null;
  const figures: PayoutFigures[] = grouped(payouts, ({ scenario }) => scenario.name).map(([scenario, runs]) => {
    const of = (figure: (run: (typeof runs)[number]) => number): number => median(runs.map(figure));
    const cpu = (who: 'api' | 'server' | 'load'): number | null =>
      runs.some((run) => run.cpu[who] === null) ? null : of((run) => run.cpu[who]!);
    const perSecond = of((run) => run.perSecond);
    return {
      scenario,
      perSecond,
      p50: of(({ p50 }) => p50),
      p99: of(({ p99 }) => p99),
      batchSize: of(({ batchSize }) => batchSize),
      ratio: tps === null ? null : perSecond / tps,
      cpuMicros: { api: cpu('api'), server: cpu('server'), load: cpu('load') },
    };
  });
  return { pgbenchTps: tps, payouts: figures, reads: summariseReads(reads) };
}

function summariseReads(reads: readonly ReadRun[]): ReadRun[] {
  return grouped(reads, ({ name }) => name).map(([name, runs]) => ({
    name,
    p50: median(runs.map(({ p50 }) => p50)),
    p99: median(runs.map(({ p99 }) => p99)),
  }));
}

export type Summary = ReturnType<typeof summarise>;

export function printTables({ payouts, searches, whole: wholeWay }: Summary, measured: Measured): void {
  if (payouts !== null) printLoad(payouts, measured.payouts!.completedPerSecond);
  if (searches !== null)
    printTable([['lists among two million payouts', 'p50 ms', 'p99 ms'], ...searches.map(readRow)]);
  if (wholeWay !== null) printWholeWay(wholeWay);
}

function printWholeWay(summary: NonNullable<Summary['whole']>): void {
  const { completedPerSecond, ratio, acceptedPerSecond, drainSeconds, cpuMicros, lists, pgbenchTps } = summary;
  const beside = ratio === null ? 'no pgbench' : `${ratio.toFixed(2)} × pgbench’s ${whole(pgbenchTps)} tps`;
  console.log('\nthe whole way, with Redis, one API and one worker, and a bank that answers at once');
  console.log(
    `  completed  ${whole(completedPerSecond)}/s (${beside}); accepted meanwhile ${whole(acceptedPerSecond)}/s`,
  );
  console.log(`  drained    ${drainSeconds.toFixed(1)} s after the last request`);
  console.log(`  CPU        API ${whole(cpuMicros.api)} µs, worker ${whole(cpuMicros.worker)} µs for each payout`);
  console.log(
    `GET /payouts  cached ${whole(lists.cached)}/s, uncached ${whole(lists.uncached)}/s: ${lists.ratio.toFixed(1)} ×`,
  );
}

function printLoad({ pgbenchTps, payouts, reads }: NonNullable<Summary['payouts']>, completedPerSecond: number): void {
  const head = ['payouts', 'req/s', 'p50 ms', 'p99 ms', 'batch', '÷ pgbench', 'CPU µs: API', 'PostgreSQL', 'load'];
  const rows = payouts.map(({ scenario, perSecond, p50, p99, batchSize, ratio, cpuMicros }) => [
    scenario,
    whole(perSecond),
    tenths(p50),
    tenths(p99),
    tenths(batchSize),
    ratio === null ? '–' : ratio.toFixed(2),
    whole(cpuMicros.api),
    whole(cpuMicros.server),
    whole(cpuMicros.load),
  ]);
  printTable([head, ...rows]);
  const beside = pgbenchTps === null ? 'not found; install postgresql-contrib' : `${whole(pgbenchTps)} tps`;
  console.log(`\npgbench TPC-B (-M prepared -c 16 -j 2, scale 50) on the same server: ${beside}`);
  console.log(`With the worker on, it brought ${whole(completedPerSecond)} payouts a second to their end meanwhile.\n`);
  printTable([['reads, one at a time', 'p50 ms', 'p99 ms'], ...reads.map(readRow)]);
}

function readRow({ name, p50, p99 }: ReadRun): string[] {
  return [name, p50.toFixed(2), p99.toFixed(2)];
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups];
}

function tenths(value: number): string {
  return value.toFixed(1);
}
