import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Bahi } from '../support/bahi.js';
import type { Client } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';

/** Others of the same merchant, beside the one that is looked for. */
const OTHERS = 50_000;

let bahi: Bahi;
let acme: Merchant;
let payoutId: string;
let paymentId: string;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  acme = await bahi.aMerchant({ rupees: 1_000 });
  payoutId = (await acme.aPayout(10, { reference_id: 'REF-10' })).id;
  await acme.until(payoutId, 'completed');
  const payment = { amount: 10_001, currency: 'USD', purpose_code: 'P0802', reference_id: 'REF-10' };
  paymentId = (await acme.api.post('/payments', payment, { key: 'payment' })).body.id as string;
  for (const table of ['payouts', 'payments']) {
    // What the server does to its tables by itself would count as ours.
    await bahi.psql.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
    await bahi.psql.tamper([
      `INSERT INTO ${table} SELECT (jsonb_populate_record(t, changes)).* FROM ${table} t, generate_series(1, $1) AS n,
         jsonb_build_object('id', gen_random_uuid(), 'reference_id', 'OTHER-' || n, 'utr', 'OTHER' || n) AS changes`,
      [OTHERS],
    ]);
  }
}, 120_000);

afterAll(() => bahi.close());

/** How many rows of the table the server reads for the request. */
async function rowsRead(table: string, client: Client, path: string): Promise<{ ids: string[]; rows: number }> {
  const before = await counted(table);
  const { status, body } = await client.get(path);
  expect(status).toBe(200);
  const ids = (body.results as { id: string }[]).map(({ id }) => id);
  return { ids, rows: (await counted(table)) - before };
}

/** The server counts for each connection by itself, and adds up when it is asked to. */
async function counted(table: string): Promise<number> {
  await bahi.service.get(DataSource).query('SELECT pg_stat_force_next_flush()');
  const [row] = await bahi.psql.query<{ rows: string }>(
    'SELECT seq_tup_read + idx_tup_fetch AS rows FROM pg_stat_user_tables WHERE relname = $1',
    [table],
  );
  return Number(row!.rows);
}

describe('among fifty thousand of one merchant', () => {
  describe.each([
    ['before the server has statistics', false],
    ['with statistics', true],
  ])('%s', (_when, analyzed) => {
    beforeAll(async () => {
      if (analyzed) await bahi.psql.query('ANALYZE payouts, payments');
    });

    it('a payout is found by its reference in a handful of rows, by an operator too', async () => {
      const path = '/payouts?reference_id=REF-10';
      for (const read of [
        await rowsRead('payouts', acme.api, path),
        await rowsRead('payouts', bahi.asOperator(), `${path}&merchant_id=${acme.id}`),
        await rowsRead('payouts', acme.api, `${path}&status=completed&limit=1`),
      ]) {
        expect(read.ids).toEqual([payoutId]);
        expect(read.rows).toBeLessThan(10);
      }
    });

    it('a payout is found by its UTR in a handful of rows, whoever asks', async () => {
      const { utr } = await acme.payout(payoutId);
      for (const client of [acme.api, bahi.asOperator()]) {
        const { ids, rows } = await rowsRead('payouts', client, `/payouts?utr=${utr}`);
        expect(ids).toEqual([payoutId]);
        expect(rows).toBeLessThan(10);
      }
    });

    it('a payment is found by its reference in a handful of rows', async () => {
      const { ids, rows } = await rowsRead('payments', acme.api, '/payments?reference_id=REF-10');
      expect(ids).toEqual([paymentId]);
      expect(rows).toBeLessThan(10);
    });

    it('what is not there is not looked for in every row', async () => {
      for (const filter of ['reference_id=REF-11', 'utr=999999999999'])
        expect(await rowsRead('payouts', acme.api, `/payouts?${filter}`)).toEqual({ ids: [], rows: 0 });
      expect(await rowsRead('payments', acme.api, '/payments?reference_id=REF-11')).toEqual({ ids: [], rows: 0 });
    });

    it('the newest page is read from its index and no further', async () => {
      for (const client of [acme.api, bahi.asOperator()])
        expect((await rowsRead('payouts', client, '/payouts?limit=20')).rows).toBeLessThan(25);
    });
  });
});
