import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PaymentReader } from '../../src/modules/payments/domain/payment-reader.js';
import { paymentSweeps } from '../../src/modules/payments/jobs/sweep-due-payments.js';
import { payoutSweeps } from '../../src/modules/payouts/jobs/sweep-due-payouts.js';
import { JobQueues } from '../../src/platform/queue/job-queues.js';
import type { Sweep } from '../../src/platform/queue/sweep.js';
import { PayoutReader } from '../../src/modules/payouts/domain/payout-reader.js';
import { PLACE_UNKNOWN, type SweepPosition } from '../../src/shared/submissions/due-submission.js';
import { type LongestPlan, longestPlan, type NextStep } from '../../src/shared/submissions/submission.js';
import type { WaitingFor } from '../../src/shared/submissions/waiting.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let acme: Merchant;
let payouts: PayoutReader;
/** The orders that are copied. */
let originals: { readonly payouts: string; readonly payments: string };

beforeAll(async () => {
  bahi = await Bahi.open();
  acme = await bahi.aMerchant({ rupees: 100 });
  const { id: payment } = await new PaymentsDriver(acme).aPayment(10_001);
  originals = { payouts: (await acme.aPayout(1)).id, payments: payment };
  payouts = bahi.service.get(PayoutReader);
});

afterAll(() => bahi.close());

/** Only what a test makes is open. */
beforeEach(async () => {
  for (const [table, id] of Object.entries(originals))
    await bahi.psql.tamper(
      [`DELETE FROM ${table} WHERE id <> $1`, [id]],
      [`UPDATE ${table} SET next_attempt_at = now() + interval '10 minutes'`],
    );
});

/** Copies of the payout or the payment, which nothing processes: due a second ago, and this many microseconds apart. */
async function aCrowd(
  count: number,
  {
    of = 'payouts',
    step = 'submit',
    apart = 0,
    waitingFor = null,
    waitingAt = null,
  }: {
    of?: keyof typeof originals;
    step?: NextStep;
    apart?: number;
    waitingFor?: WaitingFor | null;
    waitingAt?: string | null;
  },
): Promise<void> {
  await bahi.psql.tamper([
    `INSERT INTO ${of} SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'next_step', $2::text,
       'waiting_for', $4::text, 'waiting_at', $6::text, 'next_attempt_at',
       date_trunc('second', now()) - interval '1 second' + n * $3::bigint * interval '1 microsecond'))).*
     FROM ${of} p, generate_series(1, $1::integer) n WHERE p.id = $5`,
    [count, step, apart, waitingFor, originals[of], waitingAt],
  ]);
}

/** The ids that successive sweeps of this size find, until one finds fewer. */
async function sweptIds(step: NextStep, batch: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: SweepPosition | null = null; ;) {
    const due = await payouts.due(step, batch, after);
    ids.push(...due.map(({ id }) => id));
    if (due.length < batch) return ids;
    after = due.at(-1)!;
  }
}

async function sweptMisdated(batch: number, longest: LongestPlan): Promise<string[]> {
  const ids: string[] = [];
  for (let after: SweepPosition | null = null; ;) {
    const found = await payouts.misdated(batch, after, longest);
    ids.push(...found.map(({ id }) => id));
    if (found.length < batch) return ids;
    after = found.at(-1)!;
  }
}

/** At most fifteen minutes ahead. */
const PLAN = longestPlan(30_000);

describe('the sweeps', () => {
  it.each([0, 1, 400, 1_000])(
    'find what is due %i microseconds apart once, the longest overdue first',
    async (apart) => {
      await aCrowd(25, { apart });
      const inOrder = await bahi.psql.query<{ id: string }>(
        'SELECT id FROM payouts WHERE next_attempt_at <= now() ORDER BY next_attempt_at, id',
      );
      expect(await sweptIds('submit', 4)).toEqual(inOrder.map(({ id }) => id));
    },
  );

  it('find what is due, however much a clock that ran ahead has dated', async () => {
    await aCrowd(20, { step: 'inquire', apart: 86_400_000_000 });
    const misdated = await sweptMisdated(6, PLAN);
    expect(misdated).toHaveLength(20);
    await aCrowd(1, { step: 'inquire' });
    expect(await sweptIds('inquire', 6)).toHaveLength(1);
  });

  it('take nothing for misdated that the settings explain', async () => {
    await aCrowd(1, { apart: 100 * 60_000_000 });
    expect(await sweptMisdated(6, longestPlan(60 * 60_000))).toEqual([]);
    expect(await sweptMisdated(6, PLAN)).toHaveLength(1);
  });

  it('find what is due by live time, where a clock was set back within the last hour of it', async () => {
    await aCrowd(3, { step: 'inquire', apart: 60_000_000 });
    await aCrowd(2, { step: 'submit', apart: 60_000_000 });
    await bahi.psql.tamper(
      [`UPDATE payouts SET next_attempt_at = next_attempt_at + interval '5 minutes'`],
      // All except one of each.
      [`UPDATE payouts SET next_attempt_live_ms = 1000000 + extract(second FROM next_attempt_at)`],
      [
        `UPDATE payouts SET next_attempt_live_ms = 2000000 WHERE (next_step, next_attempt_at) IN (
           SELECT next_step, max(next_attempt_at) FROM payouts WHERE id <> $1 GROUP BY next_step)`,
        [originals.payouts],
      ],
      [`UPDATE payouts SET next_attempt_live_ms = NULL WHERE id = $1`, [originals.payouts]],
    );
    const found = async (liveMs: number, setBackLiveMs: number | null): Promise<number> => {
      await bahi.psql.query('UPDATE live_time SET live_ms = $1, set_back_live_ms = $2', [liveMs, setBackLiveMs]);
      return (await sweptMisdated(2, PLAN)).length;
    };
    expect(await found(1_100_000, null)).toBe(0);
    expect(await found(1_100_000, 900_000)).toBe(3);
    expect(await found(1_002_999, 900_000)).toBe(0);
    expect(await found(900_000 + 3_600_000, 900_000)).toBe(0);
    await bahi.psql.query('UPDATE live_time SET set_back_live_ms = NULL');
  });

  it('find what is to be inquired about, however much stands before it that is to be submitted', async () => {
    await aCrowd(1_000, {});
    await aCrowd(1, { step: 'inquire', apart: 500_000 });
    expect(await payouts.due('inquire', 500, null)).toHaveLength(1);
    expect(await sweptIds('submit', 500)).toHaveLength(1_000);
  });

  it.each([
    ['payouts', payoutSweeps, () => payouts],
    ['payments', paymentSweeps, () => bahi.service.get(PaymentReader)],
  ] as const)(
    'have inquiries about %s worked before all that waits in the queue already',
    async (of, sweeps, reader) => {
      await aCrowd(300, { of });
      await aCrowd(1, { of, step: 'inquire' });
      const [first] = await reader().due('inquire', 1, null);
      const queues = bahi.service.get(JobQueues);
      const [inquiries, submissions] = sweeps.map(
        ({ useFactory }) => useFactory({ worker: true }, queues, reader(), { longestPlan: PLAN }) as Sweep<unknown>,
      );
      const sweep = async (due: Sweep<unknown>, jobs: number): Promise<void> => {
        due.onApplicationBootstrap();
        await until(`${jobs} jobs wait`, async () => (await queues.depths())[of].waiting === jobs);
        await due.beforeApplicationShutdown();
      };

      await sweep(submissions!, 300);
      await sweep(inquiries!, 301);

      const [queue] = queues.usedPartsOf(of);
      const [next] = await queue!.getJobs(['waiting'], 0, -1, true);
      expect(next!.data).toMatchObject({ [of === 'payouts' ? 'payoutId' : 'paymentId']: first!.id });
    },
  );

  it('do not find what waits; a wake does, the oldest first', async () => {
    await aCrowd(5, { waitingFor: 'gateway_paused' });
    await aCrowd(5, { waitingFor: 'merchant_inactive' });
    await aCrowd(5, { waitingFor: 'no_gateway' });
    expect(await sweptIds('submit', 500)).toEqual([]);
    const gateways = { for: ['gateway_paused', 'no_gateway'], merchantId: null } as const;
    const ids = (await payouts.waiting(gateways, 500, null)).map(({ id }) => id);
    expect(ids).toHaveLength(10);
    expect(ids).toEqual(ids.toSorted());
    const slices = [
      ...(await payouts.waiting(gateways, 6, null)),
      ...(await payouts.waiting(gateways, 6, ids[5]!)),
    ].map(({ id }) => id);
    expect(slices).toEqual(ids);
  });

  it.each(['payouts', 'payments'] as const)(
    'do not find %s that wait for a breaker; they are found by where they wait, the oldest first, and no others',
    async (of) => {
      const reader = of === 'payouts' ? payouts : bahi.service.get(PaymentReader);
      const waitingFor = 'gateway_unavailable';
      expect(await reader.waitingPlaces()).toEqual([]);
      await aCrowd(4, { of, waitingFor, waitingAt: 'bank-b bank-a' });
      await aCrowd(3, { of, waitingFor, waitingAt: 'bank-a' });
      await aCrowd(2, { of, waitingFor, waitingAt: 'bank-c' });
      await aCrowd(1, { of, waitingFor: 'gateway_paused', waitingAt: 'bank-d' });
      await aCrowd(1, { of, waitingFor });
      expect((await reader.waitingPlaces()).toSorted()).toEqual(['', 'bank-a', 'bank-b bank-a', 'bank-c']);
      const atA = ['bank-a', 'bank-b bank-a'];
      const found = await reader.waitingAt(atA, 5, null);
      const all = [...found, ...(await reader.waitingAt(atA, 5, found.at(-1)!.id))].map(({ id }) => id);
      expect(all).toHaveLength(7);
      expect(all).toEqual(all.toSorted());
      // Orders that a version without the column has let wait are found under no name.
      const unknown = await reader.waitingAt([PLACE_UNKNOWN], 5, null);
      expect(unknown).toMatchObject([{ waitingFor, waitingAt: null }]);
      expect(await reader.waitingAt([PLACE_UNKNOWN], 5, unknown[0]!.id)).toEqual([]);
      expect(await reader.waitingAt(['bank-c', PLACE_UNKNOWN], 5, null)).toHaveLength(3);
      expect(await sweptIds('submit', 500)).toEqual([]);
    },
  );

  it('a wake for one merchant finds its payouts only', async () => {
    await aCrowd(3, { waitingFor: 'merchant_inactive' });
    const found = (merchantId: string) => payouts.waiting({ for: ['merchant_inactive'], merchantId }, 500, null);
    expect(await found(acme.id)).toHaveLength(3);
    expect(await found('01980000-0000-7000-8000-00000000000a')).toEqual([]);
  });

  it('what a version without the word has submitted is asked about, though the word still stands there', async () => {
    await aCrowd(1, { step: 'inquire', waitingFor: 'gateway_paused' });
    expect(await payouts.due('inquire', 500, null)).toHaveLength(1);
    expect(await payouts.waiting({ for: ['gateway_paused'], merchantId: null }, 500, null)).toEqual([]);
  });
});
