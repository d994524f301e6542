import { cpuMicrosOf, serverCpuMicros, together } from './cpu-time.js';
import { type BenchMerchant, payoutOf } from './merchants.js';
import { load, type ServiceProcess } from './processes.js';
import type { Place } from './temporary-server.js';

export interface Scenario {
  readonly name: string;
  readonly connections: number;
  readonly merchants: number;
  readonly seconds: number;
}

/** One run of one scenario. */
export interface PayoutRun {
  readonly scenario: Scenario;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly accepted: number;
  /** CPU time for each accepted payout, in microseconds; null if the machine does not report it. */
  readonly cpu: { readonly api: number | null; readonly server: number | null; readonly load: number };
  /** By the database's clock: the entries created between the two were written by this run. */
  readonly from: Date;
  readonly to: Date;
}

/** @throws if anything but a 201 was answered */
export async function runPayouts(
  place: Place,
  apis: readonly ServiceProcess[],
  merchants: readonly BenchMerchant[],
  scenario: Scenario,
): Promise<PayoutRun> {
  const { connections, seconds } = scenario;
  const requests = merchants.slice(0, scenario.merchants).map(payoutOf);
  const before = await stateOf(place, apis);
  const order = { ports: apis.map(({ port }) => port), connections, seconds, requests, expectedStatus: 201 };
  const { accepted, otherStatuses, cpuMicros, ...speed } = await load(order);
  const after = await stateOf(place, apis);
  if (Object.keys(otherStatuses).length > 0)
    throw new Error(`payouts were not only answered with 201: ${JSON.stringify({ 201: accepted, ...otherStatuses })}`);
  const each = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : (to - from) / accepted;
  const cpu = {
    api: each(before.api, after.api),
    server: each(before.server, after.server),
    load: cpuMicros / accepted,
  };
  return { scenario, ...speed, accepted, cpu, from: before.at, to: after.at };
}

async function stateOf({ superuser }: Place, apis: readonly ServiceProcess[]) {
  const [row] = await superuser.query<{ at: Date }>('SELECT clock_timestamp() AS at');
  return {
    at: row!.at,
    api: together(
      apis.map(({ pid }) => pid),
      cpuMicrosOf,
    ),
    server: await serverCpuMicros(superuser),
  };
}

/** Payouts per commit, for each run: rows written by one transaction have its number in `xmin`. */
export async function batchSizes(place: Place, runs: readonly PayoutRun[]): Promise<number[]> {
  return place.superuser.transaction(async (sql) => {
    await sql.query('SET LOCAL statement_timeout = 0');
    const rows = await sql.query<{ size: number | null }>(
      `SELECT count(t.seq)::float / nullif(count(DISTINCT t.xmin::text), 0) AS size
       FROM unnest($1::timestamptz[], $2::timestamptz[]) WITH ORDINALITY AS run(starts, ends, n)
       LEFT JOIN ledger_transactions t
         ON t.kind = 'payout_hold' AND t.created_at >= run.starts AND t.created_at < run.ends
       GROUP BY n ORDER BY n`,
      [runs.map(({ from }) => from), runs.map(({ to }) => to)],
    );
    return rows.map(({ size }) => size ?? NaN);
  });
}
