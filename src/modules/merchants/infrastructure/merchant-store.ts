import type { Sql } from '../../../platform/database/database.public.js';
import type {
  BookTableStore,
  BoundTo,
  LoadedRow,
  StagedRow,
  StoredRow,
  Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import { assert } from '../../../shared/assert.js';
import { merchantRows } from '../domain/merchant-tables.js';
import type { Merchant } from '../domain/merchant.js';
import { merchants } from './merchant-rows.js';

const FIND = `SELECT ${merchants.list('m')} FROM merchants m WHERE m.id = ANY($1::uuid[])`;

/** The owners of the batch's books. A book is created together with its merchant, so none is ever new here. */
export class MerchantStore implements BookTableStore<Merchant> {
  readonly table = merchantRows;

  async load(sql: Sql, merchantIds: readonly string[]): Promise<LoadedRow<Merchant>[]> {
    const rows = await sql.query<StoredRow>(FIND, [merchantIds]);
    return rows.map(merchants.fromRow).map((row) => ({ merchantId: row.id, key: '', row }));
  }

  flush(staged: readonly StagedRow<Merchant>[], boundTo: BoundTo): Statement[] {
    assert(!staged.some(({ isNew }) => isNew), 'a merchant is made outside its book, which does not exist before');
    return merchants.write(staged, boundTo);
  }
}
