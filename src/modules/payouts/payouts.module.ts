import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Sql } from '../../platform/database/database.public.js';
import { Books } from '../../platform/group-commit/group-commit.public.js';
import { DatabaseGauges } from '../../platform/metrics/metrics.public.js';
import { OutboxRoutes } from '../../platform/outbox/outbox.public.js';
import { GatewaysModule, OrderFlows, orderProcessor, sweepDueCallbacks } from '../gateways/gateways.module.js';
import { BankGateways, Router } from '../gateways/gateways.public.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { BookChecks } from '../ledger/ledger.public.js';
import { ArchivePayout } from './application/archive-payout.js';
import { CancelPayout } from './application/cancel-payout.js';
import { CompareWithBanks } from './application/compare-with-banks.js';
import { EndPayout } from './application/end-payout.js';
import { ChangePayout } from './application/change-payout.js';
import { CreatePayout } from './application/create-payout.js';
import { TransitionPayout } from './application/transition-payout.js';
import { InquirePayout } from './application/inquire-payout.js';
import type { PayoutView } from './application/payout-view.js';
import { ProcessPayout } from './application/process-payout.js';
import { SettlePayout } from './application/settle-payout.js';
import { WatchReturns } from './application/watch-returns.js';
import { ProcessBankCallback } from './application/process-bank-callback.js';
import { PayoutsNeedingAttention } from './application/payouts-needing-attention.js';
import { PayoutReader } from './domain/payout-reader.js';
import { SubmittedPayouts } from './domain/submitted-payouts.js';
import { ReturnWatch } from './domain/return-watch.js';
import { CancelPayoutController } from './http/cancel-payout.controller.js';
import { CreatePayoutController } from './http/create-payout.controller.js';
import { ExportPayoutsController } from './http/export-payouts.controller.js';
import { PayoutTimelinesController } from './http/payout-timelines.controller.js';
import { PayoutTransitionsController } from './http/payout-transitions.controller.js';
import { PayoutsController } from './http/payouts.controller.js';
import { checkPayouts } from './infrastructure/payout-check.js';
import { payoutMetrics, returnWatchGauges } from './infrastructure/payout-metrics.js';
import { payoutEntity } from './infrastructure/payout-row.js';
import { PAYOUT_STORES } from './infrastructure/payout-stores.js';
import { SqlSubmittedPayouts } from './infrastructure/sql-submitted-payouts.js';
import { SqlReturnWatch } from './infrastructure/sql-return-watch.js';
import { TypeormPayoutReader } from './infrastructure/typeorm-payout-reader.js';
import { duePayoutJob, payoutJob } from './jobs/payout-jobs.js';
import { payoutSweeps } from './jobs/sweep-due-payouts.js';
import { WatchReturnsTicker } from './jobs/watch-returns-ticker.js';

/** What payouts add to `verify`; separate, because the command line needs it without any bank. */
@Module({ imports: [LedgerModule] })
export class PayoutChecksModule {
  constructor(checks: BookChecks<Sql>) {
    checks.add(checkPayouts);
  }
}

/** Money out. */
@Module({
  imports: [GatewaysModule, IdempotencyModule, PayoutChecksModule, TypeOrmModule.forFeature([payoutEntity])],
  controllers: [
    CreatePayoutController,
    ExportPayoutsController,
    PayoutsController,
    PayoutTimelinesController,
    CancelPayoutController,
    PayoutTransitionsController,
  ],
  providers: [
    PayoutsNeedingAttention,
    ArchivePayout,
    CancelPayout,
    EndPayout,
    ChangePayout,
    CreatePayout,
    TransitionPayout,
    InquirePayout,
    ProcessPayout,
    SettlePayout,
    WatchReturns,
    WatchReturnsTicker,
    ProcessBankCallback,
    CompareWithBanks,
    payoutMetrics,
    orderProcessor('payouts', { process: ProcessPayout, callback: ProcessBankCallback }),
    sweepDueCallbacks('banks', 'payouts', ['payout']),
    ...payoutSweeps,
    { provide: PayoutReader, useClass: TypeormPayoutReader },
    { provide: ReturnWatch, useClass: SqlReturnWatch },
    { provide: SubmittedPayouts, useClass: SqlSubmittedPayouts },
  ],
  exports: [PayoutsNeedingAttention],
})
export class PayoutsModule {
  constructor(
    books: Books,
    routes: OutboxRoutes,
    flows: OrderFlows,
    payouts: PayoutReader,
    router: Router,
    banks: BankGateways,
    gauges: DatabaseGauges,
  ) {
    gauges.add(...returnWatchGauges(banks.canBeInquired));
    books.register(...PAYOUT_STORES);
    routes.route('payout.requested', ({ merchantId, payload }) => {
      const { id, attempts } = payload['payout'] as Pick<PayoutView, 'id' | 'attempts'>;
      return payoutJob({ merchantId, id, attempts });
    });
    flows.register({
      name: 'payouts',
      subjects: ['payout'],
      waiting: payouts,
      candidatesFor: (payout) => router.candidatesFor(payout),
      jobOf: duePayoutJob,
      wokenBy: { 'merchant.activated': 'merchant_inactive', 'bank_account.activated': 'bank_account_inactive' },
    });
  }
}
