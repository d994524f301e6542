import { Injectable } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import type {
  BookTableStore,
  LoadedRow,
  StagedRow,
  Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import { type IdempotencyRecord, idempotencyRecords } from '../domain/idempotency-record.js';

const FIND = `
  SELECT k.merchant_id, k.key, k.request_hash, k.status, k.content_type, k.body, k.expires_at
  FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, key)
  JOIN idempotency_keys k ON k.merchant_id = wanted.merchant_id AND k.key = wanted.key`;

/** An upsert, for an expired key is written anew: also when the reaper has just removed its row. */
const KEEP = `
  INSERT INTO idempotency_keys (merchant_id, key, request_hash, status, content_type, body, expires_at)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::smallint[], $5::text[], $6::text[], $7::timestamptz[])
  ON CONFLICT (merchant_id, key) DO UPDATE SET request_hash = excluded.request_hash, status = excluded.status,
    content_type = excluded.content_type, body = excluded.body, expires_at = excluded.expires_at`;

interface KeyRow {
  readonly merchant_id: string;
  readonly key: string;
  readonly request_hash: Buffer;
  readonly status: number;
  readonly content_type: string;
  readonly body: string;
  readonly expires_at: Date;
}

@Injectable()
export class IdempotencyStore implements BookTableStore<IdempotencyRecord> {
  readonly table = idempotencyRecords;

  async load(
    sql: Sql,
    merchantIds: readonly string[],
    keys: readonly string[],
  ): Promise<LoadedRow<IdempotencyRecord>[]> {
    const rows = await sql.query<KeyRow>(FIND, [merchantIds, keys]);
    return rows.map((row) => ({
      merchantId: row.merchant_id,
      key: row.key,
      row: {
        requestHash: row.request_hash,
        status: row.status,
        contentType: row.content_type,
        body: row.body,
        expiresAt: row.expires_at,
      },
    }));
  }

  flush(staged: readonly StagedRow<IdempotencyRecord>[]): Statement[] {
    const values = [
      staged.map(({ merchantId }) => merchantId),
      staged.map(({ key }) => key),
      staged.map(({ row }) => row.requestHash),
      staged.map(({ row }) => row.status),
      staged.map(({ row }) => row.contentType),
      staged.map(({ row }) => row.body),
      staged.map(({ row }) => row.expiresAt),
    ];
    return [{ text: KEEP, values }];
  }
}
