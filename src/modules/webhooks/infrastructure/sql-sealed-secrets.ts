import { Injectable } from '@nestjs/common';
import { BEFORE_ALL_IDS, Database } from '../../../platform/database/database.public.js';
import { keyIdIn, Sealer } from '../../../platform/sealing/sealing.public.js';
import { type ReencryptedSlice, SealedSecrets, type UnreadableSecret } from '../domain/sealed-secrets.js';
import { rowOf } from './endpoint-secrets.js';
import { OPERATORS } from './operators.js';

interface SealedRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly secret: string;
  readonly previous_secret: string | null;
}

/** Locks the rows in the order in which the write path locks several endpoints. */
const REMOVE_ENDED = `
  UPDATE webhook_endpoints p SET previous_secret = NULL, previous_secret_until = NULL
  FROM (
    SELECT merchant_id, id FROM webhook_endpoints WHERE previous_secret_until <= clock_timestamp() ORDER BY id
    FOR NO KEY UPDATE
  ) AS ended
  WHERE p.merchant_id = ended.merchant_id AND p.id = ended.id`;

const OTHERS = `
  SELECT merchant_id, id, secret, previous_secret FROM webhook_endpoints
  WHERE id > $1 AND (split_part(secret, '.', 2) <> $2 OR split_part(previous_secret, '.', 2) <> $2)
  ORDER BY id LIMIT $3`;

/**
 * Does nothing if a secret was replaced meanwhile: the new one is encrypted with the first key of the other process.
 */
const REPLACE = `
  UPDATE webhook_endpoints SET secret = $5, previous_secret = $6
  WHERE merchant_id = $1 AND id = $2 AND secret = $3 AND previous_secret IS NOT DISTINCT FROM $4
  RETURNING id`;

const KEY_IDS = `
  SELECT DISTINCT split_part(s.secret, '.', 2) AS key_id
  FROM webhook_endpoints e CROSS JOIN LATERAL (VALUES (e.secret), (e.previous_secret)) AS s(secret)
  WHERE s.secret IS NOT NULL ORDER BY key_id`;

@Injectable()
export class SqlSealedSecrets extends SealedSecrets {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
  ) {
    super();
  }

  override get keyId(): string {
    return this.sealer.firstKeyId;
  }

  override async removeEnded(): Promise<void> {
    await this.database.query(REMOVE_ENDED);
  }

  override async reencrypt(after: string | null, limit: number): Promise<ReencryptedSlice> {
    const rows = await this.database.query<SealedRow>(OTHERS, [after ?? BEFORE_ALL_IDS, this.keyId, limit]);
    const unreadable: UnreadableSecret[] = [];
    let done = 0;
    for (const row of rows) {
      unreadable.push(...this.unreadableOf(row));
      done += await this.replace(row);
    }
    return { done, unreadable, last: rows.at(-1)?.id ?? null };
  }

  override async keyIds(): Promise<string[]> {
    return (await this.database.query<{ key_id: string }>(KEY_IDS)).map(({ key_id }) => key_id);
  }

  /** @returns how many secrets of the row were re-encrypted */
  private async replace(row: SealedRow): Promise<number> {
    const sealed = [row.secret, row.previous_secret];
    const anew = sealed.map((secret) => this.sealedAnew(row, secret));
    const changed = anew.filter((secret, i) => secret !== sealed[i]).length;
    if (changed === 0) return 0;
    const written = await this.database.query(REPLACE, [row.merchant_id, row.id, ...sealed, ...anew]);
    return written.length * changed;
  }

  private sealedAnew({ merchant_id, id }: SealedRow, sealed: string | null): string | null {
    if (sealed === null || keyIdIn(sealed) === this.keyId || !this.sealer.knows(sealed)) return sealed;
    const row = rowOf({ ownerId: merchant_id, endpointId: id });
    return this.sealer.seal(this.sealer.open(sealed, row), row);
  }

  private unreadableOf({ merchant_id, id, secret, previous_secret }: SealedRow): UnreadableSecret[] {
    const merchantId = merchant_id === OPERATORS ? null : merchant_id;
    const unknown = [secret, previous_secret].filter((one) => one !== null && !this.sealer.knows(one)) as string[];
    return unknown.map((one) => ({ merchantId, endpointId: id, keyId: keyIdIn(one) }));
  }
}
