import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/connections/database.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { fillPayouts } from '../../bench/full-book.js';

let bahi: Bahi;
let acme: Merchant;
let zen: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open();
  [acme, zen] = (await bahi.merchants(2, { rupees: 1_000 })) as [Merchant, Merchant];
});

afterAll(() => bahi.close());

/** The plan by which a connection of the write path looks up references of several merchants. */
async function planOfWritePath(): Promise<string> {
  const connection = await bahi.service.get(Database).connect({ pipeline: true });
  try {
    const rows = await connection.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT t.id FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, reference_id)
       JOIN payouts t ON t.merchant_id = wanted.merchant_id AND t.reference_id = wanted.reference_id`,
      [
        [acme.id, zen.id],
        ['REF-1', 'none'],
      ],
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await connection.close();
  }
}

async function planOfSearch(): Promise<string> {
  const sql = `EXPLAIN SELECT * FROM payouts WHERE reference_id = 'REF-1' OFFSET 0`;
  const rows = await bahi.psql.query<{ 'QUERY PLAN': string }>(sql);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

describe('the index of references', () => {
  const BY_BOTH =
    /Index (?:Only )?Scan using payouts_reference_unique.*\n.*Index Cond: \(\(reference_id = .*\) AND \(merchant_id = /;

  it('finds a merchant’s for the write path, while the table is empty and when it is full', async () => {
    expect(await planOfWritePath()).toMatch(BY_BOTH);
    await bahi.psql.query('BEGIN');
    await bahi.psql.query('SET LOCAL session_replication_role = replica');
    const [usual, zens] = [await acme.account('0001'), await zen.account('0001')];
    await fillPayouts(
      bahi.psql,
      { acme: { id: acme.id, usual, rare: usual }, zen: { id: zen.id, usual: zens } },
      5_000,
    );
    await bahi.psql.query('COMMIT');
    expect(await planOfWritePath()).toMatch(BY_BOTH);
    await bahi.psql.query('ANALYZE payouts');
    expect(await planOfWritePath()).toMatch(BY_BOTH);
  });

  it('finds anybody’s for an operator', async () => {
    expect(await planOfSearch()).toContain('payouts_reference_unique');
  });

  it('keeps a merchant from using one twice, and no other merchant from using it', async () => {
    const rename = (merchant: Merchant, reference: string): Promise<unknown> =>
      bahi.psql.tamper([
        `UPDATE payouts SET reference_id = $2
         WHERE (merchant_id, id) = (SELECT merchant_id, id FROM payouts WHERE merchant_id = $1 ORDER BY id DESC LIMIT 1)`,
        [merchant.id, reference],
      ]);
    await rename(zen, 'REF-1');
    await expect(rename(acme, 'REF-1')).rejects.toThrow('payouts_reference_unique');
    await bahi.psql.rollback();
  });
});
