import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PayoutReader } from '../../src/modules/payouts/domain/payout-reader.js';
import type { SweepPosition } from '../../src/shared/due-submission.js';
import type { NextStep } from '../../src/shared/submission.js';
import type { WaitingFor } from '../../src/shared/waiting.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';

let bahi: Bahi;
let acme: Merchant;
let payouts: PayoutReader;
/** Of which there are copies. */
let original: string;

beforeAll(async () => {
  bahi = await Bahi.open();
  acme = await bahi.aMerchant({ rupees: 100 });
  original = (await acme.aPayout(1)).id;
  payouts = bahi.service.get(PayoutReader);
}, 60_000);

afterAll(() => bahi.close());

/** Only what a test has made is open. */
beforeEach(async () => {
  await bahi.psql.tamper(
    ['DELETE FROM payouts WHERE id <> $1', [original]],
    [`UPDATE payouts SET next_attempt_at = now() + interval '10 minutes'`],
  );
});

/** Copies of the one payout, which no service would come to in hours: due a second ago and so many microseconds apart. */
async function aCrowd(
  count: number,
  {
    step = 'submit',
    apart = 0,
    waitingFor = null,
  }: { step?: NextStep; apart?: number; waitingFor?: WaitingFor | null },
): Promise<void> {
  await bahi.psql.tamper([
    `INSERT INTO payouts SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'next_step', $2::text,
       'waiting_for', $4::text, 'next_attempt_at',
       date_trunc('second', now()) - interval '1 second' + n * $3::integer * interval '1 microsecond'))).*
     FROM payouts p, generate_series(1, $1::integer) n WHERE p.id = $5`,
    [count, step, apart, waitingFor, original],
  ]);
}

/** The ids that sweeps of so many find, one after the other, until one finds fewer. */
async function sweptIds(step: NextStep, batch: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: SweepPosition | null = null; ;) {
    const due = await payouts.due(step, batch, after);
    ids.push(...due.map(({ id }) => id));
    if (due.length < batch) return ids;
    after = due.at(-1)!;
  }
}

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

  it('find what is to be inquired about, however much stands before it that is to be submitted', async () => {
    await aCrowd(1_000, {});
    await aCrowd(1, { step: 'inquire', apart: 500_000 });
    expect(await payouts.due('inquire', 500, null)).toHaveLength(1);
    expect(await sweptIds('submit', 500)).toHaveLength(1_000);
  });

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
