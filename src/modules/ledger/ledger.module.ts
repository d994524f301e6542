import { Module } from '@nestjs/common';
import { ServerClock } from '../../platform/clock/clock.public.js';
import { AdminBooks, Books } from '../../platform/group-commit/group-commit.public.js';
import { AcknowledgeFinding } from './application/acknowledge-finding.js';
import { DailyBalances } from './application/daily-balances.js';
import { SetBalanceAlert } from './application/set-balance-alert.js';
import { FundMerchant } from './application/fund-merchant.js';
import { Statements } from './application/statements.js';
import { VerifyBooks } from './application/verify-books.js';
import { Acknowledgements } from './domain/acknowledgement.js';
import { BookChecks } from './domain/book-checks.js';
import { LedgerArchive } from './domain/ledger-archive.js';
import { LedgerReader } from './domain/ledger-reader.js';
import { VerifyRecord } from './domain/verify-record.js';
import { AcknowledgementsController } from './http/acknowledgements.controller.js';
import { BalanceAlertController } from './http/balance-alert.controller.js';
import { BalanceController } from './http/balance.controller.js';
import { ExportDailyController } from './http/export-daily.controller.js';
import { ExportLedgerController } from './http/export-ledger.controller.js';
import { LedgerController } from './http/ledger.controller.js';
import { VerifyController } from './http/verify.controller.js';
import { BalanceAlertStore } from './infrastructure/balance-alert-store.js';
import { LedgerCauseStore, LedgerHeadStore, LedgerTransactionStore } from './infrastructure/ledger-store.js';
import { SqlAcknowledgements } from './infrastructure/sql-acknowledgements.js';
import { SqlLedgerArchive } from './infrastructure/sql-ledger-archive.js';
import { SqlLedgerReader } from './infrastructure/sql-ledger-reader.js';
import { SqlVerifyRecord } from './infrastructure/sql-verify-record.js';

/** Where the money is. */
@Module({
  controllers: [
    AcknowledgementsController,
    BalanceAlertController,
    BalanceController,
    LedgerController,
    VerifyController,
  ],
  providers: [
    AcknowledgeFinding,
    BalanceAlertStore,
    BookChecks,
    DailyBalances,
    FundMerchant,
    LedgerCauseStore,
    LedgerHeadStore,
    LedgerTransactionStore,
    ServerClock,
    Statements,
    SetBalanceAlert,
    VerifyBooks,
    { provide: Acknowledgements, useClass: SqlAcknowledgements },
    { provide: LedgerArchive, useClass: SqlLedgerArchive },
    { provide: LedgerReader, useClass: SqlLedgerReader },
    { provide: VerifyRecord, useClass: SqlVerifyRecord },
  ],
  exports: [AcknowledgeFinding, BookChecks, DailyBalances, FundMerchant, LedgerReader, Statements, VerifyBooks],
})
export class LedgerModule {
  constructor(
    books: Books,
    adminBooks: AdminBooks,
    heads: LedgerHeadStore,
    transactions: LedgerTransactionStore,
    causes: LedgerCauseStore,
    alerts: BalanceAlertStore,
  ) {
    for (const path of [books, adminBooks]) path.register(heads, transactions, causes);
    books.register(alerts);
  }
}

/** Exports of the ledger and of its days, for processes that serve HTTP: the command line has no tickets. */
@Module({
  imports: [LedgerModule],
  controllers: [ExportDailyController, ExportLedgerController],
  providers: [ServerClock],
})
export class LedgerFilesModule {}
