import { Bahi } from './bahi.js';
import { until } from './wait-for.js';

/** The number of requests in flight at the same time. */
const CALLERS = 32;

/** What happened while many payouts waited at a paused bank. Times in milliseconds. */
export interface PausedBankRun {
  /**
   * From the request to `completed`, for a payout whose answer another bank loses: alone, and while the others wait.
   */
  readonly lostAnswer: { readonly alone: number; readonly besideTheCrowd: number };
  /** Decisions on books in three seconds, while all of the payouts waited. */
  readonly writesWhileWaiting: number;
  /** From the end of the pause to the first submission, by the database's clock. */
  readonly firstAfter: number;
  /** The age of the first hundred that were sent, as their places among all payouts. */
  readonly placesOfTheFirst: readonly number[];
  readonly completed: number;
  readonly findings: readonly unknown[];
}

/** Makes this many payouts wait at a paused bank, loses an answer of another bank meanwhile, and ends the pause. */
export async function pausedBankRun(
  payouts: number,
  environment: Readonly<Record<string, string>>,
): Promise<PausedBankRun> {
  const gateways = 'always-succeeds,bank-simulator,payment-simulator';
  const bahi = await Bahi.open({ worker: true, environment: { GATEWAYS: gateways, ...environment } });
  try {
    const operator = bahi.asOperator();
    const crowd = await bahi.aMerchant({ rupees: payouts });
    const other = await bahi.aMerchant({ rupees: 1_000, accounts: ['0004'] });
    await operator.post('/routing-rules', { priority: 1, gateway: 'bank-simulator', merchant_id: other.id });
    const lose = async (): Promise<number> => {
      const startedAt = performance.now();
      await other.until((await other.aPayout(10, { to: '0004' })).id, 'completed', 200_000);
      return performance.now() - startedAt;
    };
    const alone = await lose();

    await operator.patch('/gateways/always-succeeds', { is_paused: true, reason: 'Maintenance' });
    let left = payouts;
    const call = async (): Promise<void> => {
      while (left-- > 0) await crowd.aPayout(1);
    };
    await Promise.all(Array.from({ length: CALLERS }, call));
    const waiting = `payouts WHERE waiting_for = 'gateway_paused'`;
    await until('all of them wait', async () => (await bahi.count(waiting)) === payouts, 200_000, 200);

    const before = await writesOf(bahi);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const writesWhileWaiting = (await writesOf(bahi)) - before;
    const besideTheCrowd = await lose();

    await operator.patch('/gateways/always-succeeds', { is_paused: false });
    const completed = `payouts WHERE merchant_id = $1 AND status = 'completed'`;
    await until('all are paid', async () => (await bahi.count(completed, [crowd.id])) === payouts, 500_000, 500);
    const [first] = await bahi.psql.query<{ ms: number }>(
      `SELECT extract(epoch FROM min(e.at) - (SELECT updated_at FROM gateway_states WHERE gateway = 'always-succeeds'))
        ::float * 1000 AS ms FROM payout_events e WHERE e.merchant_id = $1 AND e.type = 'payout.processing'`,
      [crowd.id],
    );
    const places = await bahi.psql.query<{ place: number }>(
      `SELECT place::integer FROM (
         SELECT id, row_number() OVER (ORDER BY id) AS place FROM payouts WHERE merchant_id = $1) p
       JOIN payout_events e ON e.merchant_id = $1 AND e.payout_id = p.id AND e.type = 'payout.processing'
       ORDER BY e.at, place LIMIT 100`,
      [crowd.id],
    );
    return {
      lostAnswer: { alone, besideTheCrowd },
      writesWhileWaiting,
      firstAfter: first!.ms,
      placesOfTheFirst: places.map(({ place }) => place),
      completed: await bahi.count(completed, [crowd.id]),
      findings: await bahi.findings(),
    };
  } finally {
    await bahi.close();
  }
}

async function writesOf({ service }: Bahi): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^bahi_group_commit_batch_writes_sum (\d+)$/m.exec(text)![1]);
}
