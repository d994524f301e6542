import type { Sql } from '../../../platform/database/database.public.js';
import type {
  BookTableStore,
  LoadedRow,
  StagedRow,
  Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import type { MerchantLimits } from '../domain/merchant.js';
import { merchantLimits } from '../domain/merchant-tables.js';

const FIND = `
  SELECT merchant_id, reads_per_second, writes_per_second FROM merchant_limits WHERE merchant_id = ANY($1::uuid[])`;

const UPSERT = `
  INSERT INTO merchant_limits (merchant_id, reads_per_second, writes_per_second)
  SELECT * FROM unnest($1::uuid[], $2::integer[], $3::integer[])
  ON CONFLICT (merchant_id) DO UPDATE
  SET reads_per_second = excluded.reads_per_second, writes_per_second = excluded.writes_per_second`;

export interface LimitsRow {
  readonly merchant_id: string;
  readonly reads_per_second: number | null;
  readonly writes_per_second: number | null;
}

export function limitsFrom(row: LimitsRow): MerchantLimits {
  return { readsPerSecond: row.reads_per_second, writesPerSecond: row.writes_per_second };
}

/**
 * A copy of merchants' limits next to the keys, where `KeyAuthenticator` reads it. It changes with the merchant, in one
 * commit.
 */
export class MerchantLimitStore implements BookTableStore<MerchantLimits> {
  readonly table = merchantLimits;

  async load(sql: Sql, merchantIds: readonly string[]): Promise<LoadedRow<MerchantLimits>[]> {
    const rows = await sql.query<LimitsRow>(FIND, [merchantIds]);
    return rows.map((row) => ({
      merchantId: row.merchant_id,
      key: '',
      row: limitsFrom(row),
    }));
  }

  flush(staged: readonly StagedRow<MerchantLimits>[]): Statement[] {
    const rows = staged.map(({ row }) => row);
    const values = [
      staged.map(({ merchantId }) => merchantId),
      rows.map(({ readsPerSecond }) => readsPerSecond),
      rows.map(({ writesPerSecond }) => writesPerSecond),
    ];
    return [{ text: UPSERT, values }];
  }
}
