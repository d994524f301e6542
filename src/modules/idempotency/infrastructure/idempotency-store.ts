import { Injectable } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import {
  type BookTableStore,
  type BoundTo,
  fixed,
  type LoadedRow,
  Rows,
  type StagedRow,
  type Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import { type IdempotencyRecord, idempotencyRecords } from '../domain/idempotency-record.js';

const keys = new Rows<IdempotencyRecord>('idempotency_keys', {
  fromBook: { merchantId: fixed('merchant_id', 'uuid'), key: fixed('key', 'text') },
  columns: {
    requestHash: fixed('request_hash', 'bytea'),
    status: fixed('status', 'smallint'),
    contentType: fixed('content_type', 'text'),
    body: fixed('body', 'text'),
    expiresAt: fixed('expires_at', 'timestamptz'),
    expiresAtLiveMs: fixed('expires_at_live_ms', 'bigint', { write: (ms) => BigInt(ms), read: Number }),
  },
});

@Injectable()
export class IdempotencyStore implements BookTableStore<IdempotencyRecord> {
  readonly table = idempotencyRecords;

  load(
    sql: Sql,
    merchantIds: readonly string[],
    names: readonly string[],
    boundTo: BoundTo,
  ): Promise<LoadedRow<IdempotencyRecord>[]> {
    return keys.load(sql, merchantIds, names, boundTo);
  }

  flush(staged: readonly StagedRow<IdempotencyRecord>[], boundTo: BoundTo): Statement[] {
    return [keys.insert(staged, boundTo)];
  }
}
