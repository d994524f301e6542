import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RememberedKeys } from '../../src/modules/idempotency/idempotency.public.js';
import { Bahi } from '../support/bahi.js';
import { statementsOf } from '../support/statement-recorder.js';

/** More than two slices of a count. */
const KEYS = 50_000;
const SLICES = 3;

const merchantId = randomUUID();

let bahi: Bahi;
let keys: RememberedKeys;

beforeAll(async () => {
  bahi = await Bahi.open();
  keys = bahi.service.get(RememberedKeys);
  await bahi.psql.tamper([
    `INSERT INTO idempotency_keys (merchant_id, key, request_hash, status, content_type, body, expires_at)
     SELECT $1, md5(n::text), sha256('a request'), 201, 'application/json', repeat('answer', 50), now()
     FROM generate_series(1, ${KEYS}) n`,
    [merchantId],
  ]);
});

afterAll(() => bahi.close());

describe('the remembered keys of a merchant', () => {
  it('are counted to the last, and no further than asked, wherever a slice ends', async () => {
    expect(await keys.count(merchantId, 1_000_000)).toBe(KEYS);
    for (const upTo of [1, 19_999, 20_000, 20_001, 40_000, KEYS]) expect(await keys.count(merchantId, upTo)).toBe(upTo);
    expect(await keys.count(randomUUID(), 1_000_000)).toBe(0);
  });

  it('are counted in the index alone, a slice at a time, also before anything is known of the table', async () => {
    for (const known of ['nothing', 'all']) {
      if (known === 'all') await bahi.psql.query('VACUUM ANALYZE idempotency_keys');
      const sent = await statementsOf(() => keys.count(merchantId, 1_000_000));
      expect(sent).toHaveLength(SLICES);
      const plans = await bahi.psql.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${ofValues(sent[0]!)}`);
      expect(plans.map((line) => line['QUERY PLAN']).join('\n')).toContain(
        'Index Only Scan using idempotency_keys_pkey',
      );
    }
  });

  it('are found one by one', async () => {
    const [{ key }] = (await bahi.psql.query('SELECT key FROM idempotency_keys LIMIT 1')) as [{ key: string }];
    expect([await keys.has(merchantId, key), await keys.has(merchantId, 'another')]).toEqual([true, false]);
  });
});

/** The statement with these values filled in, as it is planned for them. */
const ofValues = (text: string): string =>
  text.replace('$1', `'${merchantId}'`).replace('$2', `''`).replace('$3', '20000');
