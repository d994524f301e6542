import { BY_TWO_APIS, type MeasuredPayouts } from './accepting.js';
import { median } from './median.js';
import type { PayoutRun } from './payout-load.js';
import type { ReadRun } from './reads.js';
import { printTable, rounded, whole } from './table.js';
import { CONNECTIONS, type ListRun, type Way, type WholeWay } from './whole-way.js';

/** Parts that were not measured are null. */
export interface Measured {
  readonly payouts: MeasuredPayouts | null;
  readonly whole: WholeWay | null;
  readonly searches: readonly ReadRun[] | null;
}

/** One line of the table and of the JSON. All figures are medians of the rounds. */
export interface Row {
  readonly figure: string;
  /** Concurrent requests; null if none are sent. */
  readonly inFlight: number | null;
  readonly ours: number;
  /** pgbench's transactions per second in the same minutes, or what the figure is compared with by its name. */
  readonly beside?: number | null;
  readonly ratio?: number | null;
  readonly target?: string;
  /** Milliseconds. */
  readonly p50?: number;
  readonly p99?: number;
  /** CPU time for each payout; null if the machine does not report it. */
  readonly cpuMicros?: {
    readonly api?: number | null;
    readonly worker?: number | null;
    readonly server?: number | null;
  };
}

export function rowsOf({ payouts, whole: wholeWay, searches }: Measured): Row[] {
  return [
    ...(payouts === null ? [] : acceptedRows(payouts)),
    ...(wholeWay === null ? [] : completedRows(wholeWay)),
    ...(payouts === null ? [] : readRows(payouts.reads)),
    ...(searches === null ? [] : readRows(searches)),
  ];
}

export function printRows(rows: readonly Row[]): void {
  const cpu = ['API', 'worker', 'PostgreSQL'];
  const head = ['figure', 'in flight', 'ours', 'beside it', 'ratio', 'target', 'p50 ms', 'p99 ms', 'CPU µs:', ...cpu];
  const cell = (value: number | null | undefined): string =>
    value === undefined || value === null ? '–' : rounded(value);
  const cells = rows.map(({ figure, inFlight, ours, beside, ratio, target, p50, p99, cpuMicros = {} }) => [
    ...[
      figure,
      whole(inFlight),
      cell(ours),
      cell(beside),
      ratio?.toFixed(2) ?? '–',
      target ?? '–',
      cell(p50),
      cell(p99),
    ],
    ...['', cell(cpuMicros.api), cell(cpuMicros.worker), cell(cpuMicros.server)],
  ]);
  printTable([head, ...cells]);
  console.log(
    '\nbeside it: pgbench TPC-B (-M prepared -c 16 -j 2, scale 50) on the same server in the same minutes, tps; or what ' +
      'the figure names. Rate limits are lifted.',
  );
}

const NONE = { beside: null, ratio: null };

const against = (ours: number, beside: number | null) => ({
  ...{ ours, beside },
  ratio: beside === null ? null : ours / beside,
});

const medianOrNull = (values: readonly number[]): number | null => (values.length === 0 ? null : median(values));

function acceptedRows({ payouts, pgbenchTps, lonePgbenchTps }: MeasuredPayouts): Row[] {
  const tps = medianOrNull(pgbenchTps);
  const lone = medianOrNull(lonePgbenchTps);
  const groups = grouped(payouts, ({ scenario }) => `${scenario.name} ${scenario.connections}`);
  const byOne = median(groups[0]!.map(({ perSecond }) => perSecond));
  return groups.map((runs, i) => {
    const { name, connections } = runs[0]!.scenario;
    const of = (figure: (run: PayoutRun) => number): number => median(runs.map(figure));
    const cpu = (who: 'api' | 'server'): number | null =>
      runs.some((run) => run.cpu[who] === null) ? null : of((run) => run.cpu[who]!);
    const [perSecond, p50, p99] = [of((run) => run.perSecond), of((run) => run.p50), of((run) => run.p99)];
    const more = { inFlight: connections, p50, p99, cpuMicros: { api: cpu('api'), server: cpu('server') } };
    if (connections === 1)
      return {
        figure: 'p50 ms of a payout alone; beside it a lone TPC-B',
        ...against(p50, lone === null ? null : 1_000 / lone),
        ...{ ...more, target: '≤ 1.2' },
      };
    if (name.endsWith(BY_TWO_APIS))
      return { figure: `${name}; beside it by one`, ...against(perSecond, byOne), ...more, target: '≥ 0.95' };
    return { figure: name, ...against(perSecond, tps), ...more, ...(i === 0 ? { target: '≥ 1.5' } : {}) };
  });
}

function completedRows({ ways, p99WithoutWorker, residentMegabytes, lists }: WholeWay): Row[] {
  const { fifty, one, many, twoAndTwo, onPostgres } = ways;
  const perSecond = ({ runs }: Way): number => median(runs.map((run) => run.completedPerSecond));
  const p99 = (way: Way): number => median(way.runs.map((run) => run.p99));
  const row = (figure: string, way: Way, beside: number | null, target: string): Row => ({
    ...{ figure, inFlight: CONNECTIONS, ...against(perSecond(way), beside), target },
    ...{ p50: median(way.runs.map((run) => run.p50)), p99: p99(way) },
    cpuMicros: { api: cpuOf(way, 'api'), worker: cpuOf(way, 'worker') },
  });
  const tps = ({ pgbenchTps }: Way): number | null => medianOrNull(pgbenchTps);
  const listsPerSecond = (name: ListRun['name']): number =>
    median(lists.filter((list) => list.name === name).map((list) => list.perSecond));
  return [
    row('completed/s, 50 merchants, Redis, one API, one worker', fifty, tps(fifty), '≥ 0.5'),
    row('completed/s, one merchant, the same', one, tps(one), '≥ 0.5'),
    row('completed/s, 5,000 merchants, the same', many, tps(many), '≥ 0.5'),
    row('completed/s, 50 merchants, queues on PostgreSQL', onPostgres, tps(onPostgres), '≥ 0.35'),
    row('completed/s, two APIs, two workers; beside it one and one', twoAndTwo, perSecond(fifty), '≥ 0.9'),
    {
      ...{ figure: 'p99 ms of a request, worker on; beside it worker off', inFlight: CONNECTIONS, target: '≤ 1.5' },
      ...against(p99(fifty), median(p99WithoutWorker)),
    },
    ...(residentMegabytes === null
      ? []
      : [{ figure: 'resident MB, API and worker', inFlight: null, ours: residentMegabytes, ...NONE, target: '≤ 250' }]),
    {
      ...{ figure: 'GET /payouts per second, cached; beside it uncached', inFlight: 16, target: '≥ 3' },
      ...against(listsPerSecond('cached'), listsPerSecond('uncached')),
    },
  ];
}

function cpuOf({ runs }: Way, who: 'api' | 'worker'): number | null {
  return runs.some(({ cpu }) => cpu[who] === null) ? null : median(runs.map(({ cpu }) => cpu[who]!));
}

function readRows(reads: readonly ReadRun[]): Row[] {
  return grouped(reads, ({ name }) => name).map((runs) => {
    const p50 = median(runs.map((run) => run.p50));
    return {
      figure: `p50 ms, ${runs[0]!.name}`,
      inFlight: 1,
      ours: p50,
      ...NONE,
      p99: median(runs.map((run) => run.p99)),
    };
  });
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}
