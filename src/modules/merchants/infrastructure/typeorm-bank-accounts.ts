import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { Database } from '../../../platform/database/database.public.js';
import type { BankAccount } from '../domain/bank-account.js';
import { BankAccounts } from '../domain/bank-accounts.js';
import type { Slice } from '../../../shared/slice.js';
import { bankAccountEntity, bankAccounts } from './rows.js';
import { optionsOf } from './slices.js';

const COUNT = `SELECT count(*)::int AS count FROM (SELECT FROM bank_accounts WHERE merchant_id = $1 LIMIT $2) AS a`;

@Injectable()
export class TypeormBankAccounts extends BankAccounts {
  constructor(
    @InjectRepository(bankAccountEntity) private readonly rows: Repository<StoredRow>,
    private readonly database: Database,
  ) {
    super();
  }

  async find(merchantId: string | null, id: string): Promise<BankAccount | null> {
    const row = await this.rows.findOneBy({ ...ownedBy(merchantId), id });
    return row === null ? null : bankAccounts.fromRow(row);
  }

  async count(merchantId: string, upTo: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(COUNT, [merchantId, upTo]);
    return row!.count;
  }

  async list(merchantId: string | null, slice: Slice): Promise<BankAccount[]> {
    const { where, ...options } = optionsOf(slice);
    const rows = await this.rows.find({ ...options, where: { ...ownedBy(merchantId), ...where } });
    return rows.map(bankAccounts.fromRow);
  }
}

function ownedBy(merchantId: string | null): { merchant_id?: string } {
  return merchantId === null ? {} : { merchant_id: merchantId };
}
