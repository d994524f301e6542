import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { Database, ListQuery, Lists } from '../../../platform/database/database.public.js';
import type { Merchant } from '../domain/merchant.js';
import { parseUuid } from '../../../shared/ids.js';
import type { Slice } from '../../../shared/slice.js';
import { type MerchantFilter, Merchants } from '../domain/merchants.js';
import { merchantEntity, merchants } from './merchant-rows.js';

const ADD = `
  INSERT INTO merchants (id, name, email, is_active, created_at, updated_at)
  SELECT $1, $2, $3, true, now, now FROM date_trunc('milliseconds', clock_timestamp()) AS now
  RETURNING ${merchants.list('merchants')}`;

@Injectable()
export class TypeormMerchants extends Merchants {
  constructor(
    @InjectRepository(merchantEntity) private readonly rows: Repository<StoredRow>,
    private readonly database: Database,
    private readonly lists: Lists,
  ) {
    super();
  }

  async find(id: string): Promise<Merchant | null> {
    const row = await this.rows.findOneBy({ id });
    return row === null ? null : merchants.fromRow(row);
  }

  async list({ search, isActive }: MerchantFilter, slice: Slice): Promise<Merchant[]> {
    const query = new ListQuery('merchants', merchants.list('p')).equal({ is_active: isActive });
    const id = search === null ? null : parseUuid(search);
    if (id !== null) query.byKey({ id });
    else if (search !== null) query.contains(['p.name', 'p.email'], search);
    return (await this.lists.read<StoredRow>(query.page(slice))).map(merchants.fromRow);
  }

  /** Outside the write path: the book that a write would lock is created here. */
  add({ id, name, email }: Pick<Merchant, 'id' | 'name' | 'email'>): Promise<Merchant> {
    return this.database.transaction(async (sql) => {
      const [row] = await sql.query<StoredRow>(ADD, [id, name, email]);
      await sql.query('INSERT INTO books (merchant_id) VALUES ($1)', [id]);
      return merchants.fromRow(row!);
    });
  }
}
