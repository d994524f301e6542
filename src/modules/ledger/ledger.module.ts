import { Module } from '@nestjs/common';
import { Books } from '../../platform/group-commit/group-commit.public.js';
import { FundMerchant } from './application/fund-merchant.js';
import { VerifyBooks } from './application/verify-books.js';
import { BookChecks } from './domain/book-checks.js';
import { LedgerArchive } from './domain/ledger-archive.js';
import { LedgerReader } from './domain/ledger-reader.js';
import { LedgerController } from './http/ledger.controller.js';
import { LedgerCauseStore, LedgerHeadStore, LedgerTransactionStore } from './infrastructure/ledger-store.js';
import { SqlLedgerArchive } from './infrastructure/sql-ledger-archive.js';
import { SqlLedgerReader } from './infrastructure/sql-ledger-reader.js';

/** Where the money is. */
@Module({
  controllers: [LedgerController],
  providers: [
    BookChecks,
    FundMerchant,
    LedgerCauseStore,
    LedgerHeadStore,
    LedgerTransactionStore,
    VerifyBooks,
    { provide: LedgerArchive, useClass: SqlLedgerArchive },
    { provide: LedgerReader, useClass: SqlLedgerReader },
  ],
  exports: [BookChecks, FundMerchant, LedgerReader, VerifyBooks],
})
export class LedgerModule {
  constructor(books: Books, heads: LedgerHeadStore, transactions: LedgerTransactionStore, causes: LedgerCauseStore) {
    books.register(heads);
    books.register(transactions);
    books.register(causes);
  }
}
