import { Injectable } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import {
  type BookTableStore,
  changing,
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
    requestHash: changing('request_hash', 'bytea'),
    status: changing('status', 'smallint'),
    contentType: changing('content_type', 'text'),
    body: changing('body', 'text'),
    expiresAt: changing('expires_at', 'timestamptz'),
  },
});

@Injectable()
export class IdempotencyStore implements BookTableStore<IdempotencyRecord> {
  readonly table = idempotencyRecords;

  load(sql: Sql, merchantIds: readonly string[], names: readonly string[]): Promise<LoadedRow<IdempotencyRecord>[]> {
    return keys.load(sql, merchantIds, names);
  }

  /** An upsert, for an expired key is written anew: also when the reaper has just removed its row. */
  flush(staged: readonly StagedRow<IdempotencyRecord>[]): Statement[] {
    return [keys.upsert(staged)];
  }
}
