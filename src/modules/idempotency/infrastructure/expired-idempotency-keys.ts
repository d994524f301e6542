import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.public.js';
import { type ExpiredKey, ExpiredKeys } from '../domain/expired-keys.js';

const FIND_FIRST = `
  SELECT merchant_id, key, expires_at FROM idempotency_keys
  WHERE expires_at < now() - interval '1 hour'
  ORDER BY expires_at, merchant_id, key LIMIT $1`;

const FIND_NEXT = `
  SELECT merchant_id, key, expires_at FROM idempotency_keys
  WHERE expires_at < now() - interval '1 hour' AND expires_at >= $2 AND (expires_at, merchant_id, key) > ($2, $3, $4)
  ORDER BY expires_at, merchant_id, key LIMIT $1`;

/**
 * Alone in its statement, as in the write path: what is deleted behind it is judged by a snapshot from after the lock.
 */
const LOCK = `SELECT merchant_id FROM books WHERE merchant_id = $1 FOR NO KEY UPDATE SKIP LOCKED`;

/** The keys were found without a lock. What was renewed since then is no longer expired and stays. */
const REMOVE = `
  DELETE FROM idempotency_keys
  WHERE merchant_id = $1 AND key = ANY($2::text[]) AND expires_at < now() - interval '1 hour'
  RETURNING 1`;

@Injectable()
export class ExpiredIdempotencyKeys extends ExpiredKeys {
  constructor(private readonly database: Database) {
    super();
  }

  override async find(after: ExpiredKey | null, limit: number): Promise<ExpiredKey[]> {
    const rows = await this.database.query<{ merchant_id: string; key: string; expires_at: Date }>(
      after === null ? FIND_FIRST : FIND_NEXT,
      after === null ? [limit] : [limit, after.expiresAt, after.merchantId, after.key],
    );
    return rows.map((row) => ({ merchantId: row.merchant_id, key: row.key, expiresAt: row.expires_at }));
  }

  override remove(merchantId: string, keys: readonly string[]): Promise<number | null> {
    return this.database.transaction(async (sql) => {
      const locked = await sql.query(LOCK, [merchantId]);
      return locked.length === 0 ? null : (await sql.query(REMOVE, [merchantId, keys])).length;
    });
  }
}
