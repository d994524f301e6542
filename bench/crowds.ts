import { makeMerchants, payoutOf, verify } from './merchants.js';
import { median } from './median.js';
import { load, ServiceProcess } from './processes.js';
import type { Row } from './report.js';
import type { TemporaryServer } from './temporary-server.js';
import { drained, environmentOf } from './whole-way.js';

/** Payouts that are requested at once, however many merchants share them. */
const PAYOUTS = 10_000;
const FEW = 50;
const CONNECTIONS = 256;

/** More than it ever takes to answer all of them. */
const PATIENCE_SECONDS = 300;

type Crowd = 'all' | 'few' | 'one';

/**
 * Ten thousand payouts at once: of ten thousand merchants with one each, of fifty merchants, and of one. A worker runs,
 * queues are on PostgreSQL, and the bank answers at once.
 * @throws if a payout is not accepted, not completed, or not in the books
 */
export async function measureCrowds(
  server: TemporaryServer,
  rounds: number,
  print: (line: string) => void,
): Promise<Row[]> {
  const place = await server.createPlace('bahi_bench_crowds');
  const merchants = await makeMerchants(place, PAYOUTS);
  print(`made ${PAYOUTS.toLocaleString('en')} merchants`);
  const environment = environmentOf(place);
  const api = await ServiceProcess.start('api', environment);
  const worker = await ServiceProcess.start('worker', environment);
  const crowds: Readonly<Record<Crowd, number>> = { few: FEW, all: PAYOUTS, one: 1 };
  const accepted: Record<Crowd, number[]> = { few: [], all: [], one: [] };
  const completed: Record<Crowd, number[]> = { few: [], all: [], one: [] };
  // The first round runs with cold code, and is not counted.
  for (let round = 0; round <= rounds; round++)
    for (const [who, size] of Object.entries(crowds) as [Crowd, number][]) {
      const requests = Array.from({ length: PAYOUTS }, (_, i) => payoutOf(merchants[i % size]!));
      const order = { ports: [api.port], connections: CONNECTIONS, seconds: PATIENCE_SECONDS, eachOnce: true };
      const begun = performance.now();
      const run = await load({ ...order, requests, expectedStatus: 201 });
      if (run.accepted !== PAYOUTS) throw new Error(`payouts were answered ${JSON.stringify(run.otherStatuses)}`);
      await drained(place);
      const perSecond = PAYOUTS / ((performance.now() - begun) / 1_000);
      print(`${size} merchants: ${Math.round(run.perSecond)} accepted/s, ${Math.round(perSecond)} completed/s`);
      if (round === 0) continue;
      accepted[who].push(run.perSecond);
      completed[who].push(perSecond);
    }
  for (const process of [worker, api]) await process.stop();
  const { transactions } = await verify(place, PAYOUTS * Object.keys(crowds).length * (rounds + 1));
  print(`verified ${transactions} transactions`);
  const row = (figure: string, figures: Record<Crowd, number[]>, who: Crowd): Row => {
    const [ours, beside] = [median(figures[who]), median(figures.few)];
    return {
      figure: `${figure}; beside it ${FEW} merchants`,
      inFlight: CONNECTIONS,
      ours,
      beside,
      ratio: ours / beside,
    };
  };
  return [
    row('accepted/s, 10,000 merchants with one payout each', accepted, 'all'),
    row('completed/s, the same', completed, 'all'),
    row('accepted/s, one merchant with 10,000 payouts', accepted, 'one'),
    row('completed/s, the same', completed, 'one'),
  ];
}
