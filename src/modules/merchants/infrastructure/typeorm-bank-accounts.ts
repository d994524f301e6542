import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { StoredRow } from '../../../platform/group-commit/group-commit.public.js';
import { findState, ListQuery, Lists, PointReads } from '../../../platform/database/database.public.js';
import type { BankAccount, Destination } from '../domain/bank-account.js';
import { BankAccounts } from '../domain/bank-accounts.js';
import { destinationKey } from '../domain/merchant-tables.js';
import type { Slice } from '../../../shared/slice.js';
import { BankAccountsByDestination } from './bank-account-stores.js';
import { bankAccountEntity, bankAccounts } from './merchant-rows.js';

const COUNT = `SELECT count(*)::int AS count FROM (SELECT FROM bank_accounts WHERE merchant_id = $1 LIMIT $2) AS a`;

@Injectable()
export class TypeormBankAccounts extends BankAccounts {
  constructor(
    @InjectRepository(bankAccountEntity) private readonly rows: Repository<StoredRow>,
    private readonly reads: PointReads,
    private readonly lists: Lists,
  ) {
    super();
  }

  find(merchantId: string | null, id: string): Promise<BankAccount | null> {
    return findState(this.rows, bankAccounts.fromRow, this.reads, merchantId, id);
  }

  async ofDestination(merchantId: string, destination: Destination): Promise<readonly BankAccount[]> {
    const byDestination = new BankAccountsByDestination();
    const [found] = await byDestination.load(this.reads, [merchantId], [destinationKey(destination)], [merchantId]);
    return found?.row ?? [];
  }

  async count(merchantId: string, upTo: number): Promise<number> {
    const [row] = await this.reads.query<{ count: number }>(COUNT, [merchantId, upTo]);
    return row!.count;
  }

  async list(merchantId: string | null, slice: Slice): Promise<BankAccount[]> {
    const query = new ListQuery('bank_accounts', bankAccounts.list('p'));
    if (merchantId !== null) query.among('p.merchant_id', 'uuid', [merchantId]);
    const rows = await this.lists.read<StoredRow>(query.page(slice));
    return rows.map(bankAccounts.fromRow);
  }
}
