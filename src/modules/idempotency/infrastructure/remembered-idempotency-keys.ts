import { Injectable } from '@nestjs/common';
import { PointReads, StatusDatabase } from '../../../platform/database/database.public.js';
import { parseIdempotencyKey } from '../domain/idempotency-key.js';
import { RememberedKeys } from '../domain/remembered-keys.js';

/** Rows per read: about ten milliseconds, so that health and metrics, on the same connections, hardly wait. */
const SLICE = 20_000;

const FIND = 'SELECT FROM idempotency_keys WHERE merchant_id = $1 AND key = $2';

/** A refusal has created nothing. */
const MADE = `
  SELECT body::jsonb ->> 'id' AS id FROM idempotency_keys WHERE merchant_id = $1 AND key = $2 AND status < 300`;

/** In the order of the primary key, and from its index alone: rows contain whole answers. No key is empty. */
const COUNT = `
  SELECT count(*)::int AS count, max(key) AS last FROM (
    SELECT key FROM idempotency_keys WHERE merchant_id = $1 AND key > $2 ORDER BY key LIMIT $3) AS k`;

@Injectable()
export class RememberedIdempotencyKeys extends RememberedKeys {
  constructor(
    private readonly reads: PointReads,
    private readonly status: StatusDatabase,
  ) {
    super();
  }

  override async has(merchantId: string, key: string): Promise<boolean> {
    return (await this.reads.query(FIND, [merchantId, key])).length > 0;
  }

  override async madeUnder(merchantId: string, key: string): Promise<string | null> {
    const [row] = await this.reads.query<{ id: string | null }>(MADE, [merchantId, parseIdempotencyKey(key)]);
    return row?.id ?? null;
  }

  /** In slices: a merchant may have millions of keys, and nobody waits for the count. */
  override async count(merchantId: string, upTo: number): Promise<number> {
    let total = 0;
    for (let after = ''; total < upTo;) {
      const limit = Math.min(SLICE, upTo - total);
      const [slice] = await this.status.query<{ count: number; last: string }>(COUNT, [merchantId, after, limit]);
      total += slice!.count;
      if (slice!.count < limit) break;
      after = slice!.last;
    }
    return total;
  }
}
