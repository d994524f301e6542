import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Wakes } from '../../src/modules/gateways/application/wakes.js';
import { Availability } from '../../src/modules/gateways/domain/availability.js';
import { ProcessPayout } from '../../src/modules/payouts/application/process-payout.js';
import { JobQueues } from '../../src/platform/queue/job-queues.js';
import { Bahi } from '../support/bahi.js';
import { halfOpenBreaker, openBreaker } from '../support/breaker-states.js';
import type { Merchant } from '../support/merchant.js';
import { statementsOf } from '../support/statement-recorder.js';
import { until } from '../support/wait-for.js';

const ENVIRONMENT = {
  GATEWAYS: 'bank-simulator,always-succeeds,payment-simulator',
  PROCESSING_TIMEOUT_SECONDS: '3',
  GATEWAY_BREAKER_OPEN_SECONDS: '600',
};

const BANK = 'bank-simulator';
const OTHER_BANK = 'always-succeeds';

let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ environment: ENVIRONMENT });
  acme = await bahi.aMerchant({ rupees: 500 });
});

afterAll(() => bahi.close());

describe('what waits for a bank, behind thirty thousand payouts that wait for another one,', () => {
  const CROWD = 30_000;

  async function aRule({ id }: Merchant, gateway: string, on = bahi): Promise<void> {
    const rule = { priority: 1, gateway, merchant_id: id };
    expect((await on.asOperator().post('/routing-rules', rule)).status).toBe(201);
  }

  /**
   * Copies of a payout that wait at these gateways, with consecutive ids that sort before or after all ids that are
   * really made.
   */
  async function copies(
    of: string,
    count: number,
    { first, at, on = bahi }: { first: '0' | 'f'; at: string; on?: Bahi },
  ): Promise<string[]> {
    const [id, waiting] = [`rpad('${first}', 24, '${first}') || lpad(to_hex(n), 8, '0')`, 'gateway_unavailable'];
    await on.psql.tamper([
      `INSERT INTO payouts SELECT (jsonb_populate_record(p, jsonb_build_object('id', (${id})::uuid, 'waiting_for', $3::text,
         'waiting_at', $4::text))).*
       FROM payouts p, generate_series(1, $2::integer) n WHERE p.id = $1`,
      [of, count, waiting, at],
    ]);
    const rows = await on.psql.query<{ id: string }>(
      'SELECT id FROM payouts WHERE id::text LIKE $1 AND waiting_at = $2 ORDER BY id',
      [`${first.repeat(8)}%`, at],
    );
    return rows.map((row) => row.id);
  }

  it('is offered to it when its breaker is half open, a few at a time and others each time, and nothing else is', async () => {
    const globex = await bahi.aMerchant({ rupees: 10 });
    await aRule(globex, OTHER_BANK);
    const [crowd, few] = [(await acme.aPayout(1)).id, (await globex.aPayout(1)).id];
    await copies(crowd, CROWD, { first: '0', at: BANK });
    const waiting = await copies(few, 7, { first: 'f', at: `${OTHER_BANK} ${BANK}` });
    await openBreaker(bahi, BANK, 3_600);
    await halfOpenBreaker(bahi, OTHER_BANK);
    const queue = bahi.service.get(JobQueues).usedPartsOf('payouts')[0]!;
    const offered = async () =>
      (await queue.getJobs(['waiting'], 0, -1, true))
        .map(({ data }) => data)
        .map((data) => (data as { payoutId: string }).payoutId);
    await queue.drain();

    const wakes = bahi.service.get(Wakes);
    const read = await statementsOf(() => wakes.offer(OTHER_BANK));
    expect(await offered()).toEqual(waiting.slice(0, 5));
    expect(read.filter((statement) => statement.includes('FROM payouts'))).toHaveLength(2);
    await wakes.offer(OTHER_BANK);
    expect(await offered()).toEqual(waiting);
    await bahi.psql.tamper(['DELETE FROM payouts WHERE waiting_for IS NOT NULL']);
  });

  it('is offered too when a version has let it wait that did not write down where; the next claim does', async () => {
    const globex = await bahi.aMerchant({ rupees: 10 });
    await aRule(globex, OTHER_BANK);
    const { id } = await globex.aPayout(1);
    await bahi.psql.query(`UPDATE payouts SET waiting_for = 'gateway_unavailable', waiting_at = NULL WHERE id = $1`, [
      id,
    ]);
    await openBreaker(bahi, BANK, 3_600);
    await halfOpenBreaker(bahi, OTHER_BANK);
    const queue = bahi.service.get(JobQueues).usedPartsOf('payouts')[0]!;
    await queue.drain();
    await bahi.service.get(Wakes).offer(OTHER_BANK);
    expect((await queue.getJobs(['waiting'], 0, -1, true)).map(({ data }) => data)).toMatchObject([{ payoutId: id }]);

    await openBreaker(bahi, OTHER_BANK, 3_600);
    await bahi.service.get(Availability).refresh();
    await bahi.service.get(ProcessPayout).execute({ merchantId: globex.id, payoutId: id });
    expect(await bahi.count(`payouts WHERE id = $1 AND waiting_at = '${OTHER_BANK} ${BANK}'`, [id])).toBe(1);
    await queue.drain();
    await bahi.psql.tamper(['DELETE FROM payouts WHERE waiting_for IS NOT NULL']);
  });

  it('goes within a second or two, when the breaker is half open and when a pause ends', async () => {
    const here = await Bahi.open({ worker: true, environment: ENVIRONMENT });
    try {
      const crowd = await here.aMerchant({ rupees: 10 });
      const globex = await here.aMerchant({ rupees: 10 });
      await aRule(globex, OTHER_BANK, here);
      const pause = (gateway: string, reason: string | null): Promise<unknown> =>
        here.asOperator().patch(`/gateways/${gateway}`, { is_paused: reason !== null, ...(reason ? { reason } : {}) });
      await openBreaker(here, BANK, 3_600);
      await openBreaker(here, OTHER_BANK, 3_600);
      // Otherwise it would send the first ones by the state it knew before.
      await here.service.get(Availability).refresh();
      const [one, few] = [await crowd.aPayout(1), await Promise.all(['1', '2', '3'].map(() => globex.aPayout(1)))];
      const waiting = (what: string) => `payouts WHERE waiting_for = '${what}'`;
      await until('all wait', async () => (await here.count(waiting('gateway_unavailable'))) === 4);
      await copies(one.id, CROWD, { first: '0', at: BANK, on: here });

      let began = performance.now();
      await openBreaker(here, OTHER_BANK, -10);
      for (const { id } of few) await globex.until(id, 'completed');
      expect(performance.now() - began).toBeLessThan(30_000);

      await pause(BANK, 'Maintenance');
      await pause(OTHER_BANK, 'Maintenance');
      await here.psql.tamper([`UPDATE payouts SET waiting_for = 'gateway_paused' WHERE waiting_at = $1`, [BANK]]);
      const { id } = await globex.aPayout(1);
      await until('it waits', async () => (await here.count(waiting('gateway_paused'))) === CROWD + 2);
      began = performance.now();
      await pause(OTHER_BANK, null);
      await globex.until(id, 'completed');
      expect(performance.now() - began).toBeLessThan(30_000);
    } finally {
      await here.close();
    }
  });
});
