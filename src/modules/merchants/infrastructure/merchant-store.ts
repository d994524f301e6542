import type { Sql } from '../../../platform/database/database.public.js';
import type {
  BookTableStore,
  LoadedRow,
  StagedRow,
  Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import { assert } from '../../../shared/assert.js';
import { merchantRows } from '../domain/merchant-tables.js';
import type { Merchant } from '../domain/merchant.js';
import { merchantFrom, type MerchantRow } from './rows.js';

const FIND = `
  SELECT id, name, email, is_active, created_at, updated_at FROM merchants WHERE id = ANY($1::uuid[])`;

const CHANGE = `
  UPDATE merchants m
  SET name = changed.name, email = changed.email, is_active = changed.is_active, updated_at = changed.updated_at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[])
    AS changed(id, name, email, is_active, updated_at)
  WHERE m.id = changed.id`;

/** The owners of the batch's books. A book is made together with its merchant, so that there is never a new one here. */
export class MerchantStore implements BookTableStore<Merchant> {
  readonly table = merchantRows;

  async load(sql: Sql, merchantIds: readonly string[]): Promise<LoadedRow<Merchant>[]> {
    const rows = await sql.query<MerchantRow>(FIND, [merchantIds]);
    return rows.map((row) => ({ merchantId: row.id, key: '', row: merchantFrom(row) }));
  }

  flush(staged: readonly StagedRow<Merchant>[]): Statement[] {
    assert(!staged.some(({ isNew }) => isNew), 'a merchant is made outside its book, which does not exist before');
    const values = [
      staged.map(({ row }) => row.id),
      staged.map(({ row }) => row.name),
      staged.map(({ row }) => row.email),
      staged.map(({ row }) => row.isActive),
      staged.map(({ row }) => row.updatedAt),
    ];
    return [{ text: CHANGE, values }];
  }
}
