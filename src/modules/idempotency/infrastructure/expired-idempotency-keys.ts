import { Injectable } from '@nestjs/common';
import {
  Database,
  type SqlTemplate,
  table,
  template,
  textOf,
  value,
} from '../../../platform/database/database.public.js';
import { IdempotencySettings } from '../idempotency.settings.js';
import { type ExpiredKey, ExpiredKeys } from '../domain/expired-keys.js';

/**
 * Whether the window is over by both measures: the database's clock, which may have been set, and live time, which
 * stands still while no process runs.
 */
const ARE_OVER = template`expires_at < now() - interval '1 hour'
  AND expires_at_live_ms < (SELECT live_ms - 3600000 FROM ${table('live_time')})`;

/** Over, or written by a version without live time; those must be dated first. */
const MAY_BE_OVER = template`(${ARE_OVER} OR (expires_at < now() - interval '1 hour' AND expires_at_live_ms IS NULL))`;

/** The time as text with microseconds, which sorts like the time itself. */
const find = (behind: SqlTemplate): SqlTemplate => template`
  SELECT merchant_id, key, to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS expired_at
  FROM ${table('idempotency_keys')}
  WHERE ${MAY_BE_OVER} AND ${behind}
  ORDER BY expires_at, merchant_id, key LIMIT ${value(1)}`;

const FIND_FIRST = find(template`true`);

const FIND_NEXT = find(
  template`expires_at >= ${value(2)}::timestamptz AND (expires_at, merchant_id, key) > (${value(2)}::timestamptz, ${value(3)}::uuid, ${value(4)})`,
);

/** How rows of several nodes are merged: the keys of one merchant all come from one node, already in order. */
const SORTED_BY = ['expired_at', 'merchant_id'];

/** Alone in its statement, as in the write path, so that the DELETE after it uses a snapshot from after the lock. */
const LOCK = `SELECT merchant_id FROM books WHERE merchant_id = $1 FOR NO KEY UPDATE SKIP LOCKED`;

/** How old these keys are by live time is unknown, so their window begins now. */
const BEGIN_NOW = `
  UPDATE idempotency_keys SET expires_at_live_ms = (SELECT live_ms FROM live_time) + $3
  WHERE merchant_id = $1 AND key = ANY($2::text[]) AND expires_at_live_ms IS NULL`;

/** The keys were found without a lock. A key that was removed and used again since then is not over, and is kept. */
const REMOVE = `
  DELETE FROM idempotency_keys
  WHERE ${textOf(ARE_OVER)} AND merchant_id = $1 AND key = ANY($2::text[])
  RETURNING 1`;

@Injectable()
export class ExpiredIdempotencyKeys extends ExpiredKeys {
  private readonly windowMs: number;

  constructor(
    private readonly database: Database,
    { windowHours }: IdempotencySettings,
  ) {
    super();
    this.windowMs = windowHours * 3_600_000;
  }

  override async find(after: ExpiredKey | null, limit: number): Promise<ExpiredKey[]> {
    const rows = await this.database.placement.search<{ merchant_id: string; key: string; expired_at: string }>(
      after === null ? FIND_FIRST : FIND_NEXT,
      after === null ? [limit] : [limit, after.expiresAt, after.merchantId, after.key],
      { by: SORTED_BY, limit },
    );
    return rows.map(({ merchant_id: merchantId, key, expired_at: expiresAt }) => ({ merchantId, key, expiresAt }));
  }

  override remove(merchantId: string, keys: readonly string[]): Promise<number | null> {
    return this.database.transaction(async (sql) => {
      const locked = await sql.query(LOCK, [merchantId]);
      if (locked.length === 0) return null;
      await sql.query(BEGIN_NOW, [merchantId, keys, this.windowMs]);
      return (await sql.query(REMOVE, [merchantId, keys])).length;
    });
  }
}
