import { Injectable } from '@nestjs/common';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { AdminDatabase, Database, ListQuery, Lists, PointReads } from '../../../platform/database/database.public.js';
import type { ApiKey } from '../domain/api-key.js';
import { ApiKeys, type NewApiKey } from '../domain/api-keys.js';
import type { Slice } from '../../../shared/slice.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { keyHash } from './key-hash.js';
import { apiKeys } from './merchant-rows.js';

/** Merchants are never removed, so checking and inserting in one statement is as good as a foreign key. */
const ADD = `
  INSERT INTO api_keys (id, kind, merchant_id, name, prefix, last4, key_hash, created_at)
  SELECT $1, $2, $3::uuid, $4, $5, $6, $7, date_trunc('milliseconds', clock_timestamp())
  WHERE $3::uuid IS NULL OR EXISTS (SELECT FROM merchants WHERE id = $3::uuid)
  RETURNING ${apiKeys.list('api_keys')}`;

const COUNT_VALID = `
  SELECT count(*)::int AS count FROM (
    SELECT FROM api_keys WHERE merchant_id = $1 AND revoked_at IS NULL LIMIT $2) AS k`;

/** The time of the first revocation is kept. */
const REVOKE = `
  UPDATE api_keys
  SET revoked_at = coalesce(revoked_at, greatest(created_at, date_trunc('milliseconds', clock_timestamp())))
  WHERE id = $1 AND merchant_id IS NOT DISTINCT FROM $2::uuid
  RETURNING id`;

@Injectable()
export class TypeormApiKeys extends ApiKeys {
  constructor(
    private readonly database: Database,
    private readonly admin: AdminDatabase,
    private readonly reads: PointReads,
    private readonly lists: Lists,
    private readonly authenticator: KeyAuthenticator,
  ) {
    super();
  }

  async list(merchantId: string, slice: Slice): Promise<ApiKey[]> {
    const query = new ListQuery('api_keys', apiKeys.list('p')).among('p.merchant_id', 'uuid', [merchantId]).page(slice);
    const rows = await this.lists.read<StoredRow>(query);
    return rows.map(apiKeys.fromRow);
  }

  async countValid(merchantId: string, upTo: number): Promise<number> {
    const [row] = await this.reads.query<{ count: number }>(COUNT_VALID, [merchantId, upTo]);
    return row!.count;
  }

  async add({ id, kind, merchantId, name, secret }: NewApiKey): Promise<ApiKey | null> {
    const { text, prefix, last4 } = secret;
    const hash = Buffer.from(keyHash(text), 'hex');
    const database = kind === 'operator' ? this.admin : this.database;
    const [row] = await database.query<StoredRow>(ADD, [id, kind, merchantId, name, prefix, last4, hash]);
    return row === undefined ? null : apiKeys.fromRow(row);
  }

  async revoke(merchantId: string | null, id: string): Promise<boolean> {
    const revoked = await this.database.query(REVOKE, [id, merchantId]);
    this.authenticator.forget(id);
    return revoked.length > 0;
  }
}
