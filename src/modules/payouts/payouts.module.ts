import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Sql } from '../../platform/database/sql.js';
import { Books } from '../../platform/group-commit/books.js';
import { DatabaseFigures } from '../../platform/metrics/database-figures.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { JobQueues } from '../../platform/queue/job-queues.js';
import { OutboxRoutes } from '../../platform/outbox/outbox-routes.js';
import { GatewaysModule } from '../gateways/gateways.module.js';
import { ReceiveCallback } from '../gateways/gateways.public.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { BookChecks } from '../ledger/ledger.public.js';
import { ArchivePayout } from './application/archive-payout.js';
import { CancelPayout } from './application/cancel-payout.js';
import { ChangePayout } from './application/change-payout.js';
import { CreatePayout } from './application/create-payout.js';
import { DecidePayout } from './application/decide-payout.js';
import { InquirePayout } from './application/inquire-payout.js';
import type { PayoutView } from './application/payout-view.js';
import { ProcessPayout } from './application/process-payout.js';
import { SettlePayout } from './application/settle-payout.js';
import { TakeInCallback } from './application/take-in-callback.js';
import { PayoutReader } from './domain/payout-reader.js';
import { CreatePayoutController } from './http/create-payout.controller.js';
import { ListPayoutsController } from './http/list-payouts.controller.js';
import { PayoutDecisionsController } from './http/payout-decisions.controller.js';
import { PayoutsController } from './http/payouts.controller.js';
import { checkPayouts } from './infrastructure/payout-check.js';
import { measurePayouts } from './infrastructure/payout-metrics.js';
import { PayoutRow } from './infrastructure/payout-row.js';
import { PayoutEventStore, PayoutReferenceStore, PayoutStore } from './infrastructure/payout-stores.js';
import { TypeormPayoutReader } from './infrastructure/typeorm-payout-reader.js';
import { callbackJob } from './jobs/callback-jobs.js';
import { payoutJob } from './jobs/payout-jobs.js';
import { PayoutsProcessor } from './jobs/payouts.processor.js';
import { SweepDueCallbacks } from './jobs/sweep-due-callbacks.js';
import { SweepDuePayouts } from './jobs/sweep-due-payouts.js';

/** What payouts add to `verify`, for the command line too, which wires no bank. */
@Module({ imports: [LedgerModule] })
export class PayoutChecksModule {
  constructor(checks: BookChecks<Sql>) {
    checks.add(checkPayouts);
  }
}

/** Money out. */
@Module({
  imports: [GatewaysModule, PayoutChecksModule, TypeOrmModule.forFeature([PayoutRow])],
  controllers: [CreatePayoutController, ListPayoutsController, PayoutsController, PayoutDecisionsController],
  providers: [
    ArchivePayout,
    CancelPayout,
    ChangePayout,
    CreatePayout,
    DecidePayout,
    InquirePayout,
    ProcessPayout,
    SettlePayout,
    TakeInCallback,
    PayoutEventStore,
    PayoutReferenceStore,
    PayoutStore,
    PayoutsProcessor,
    SweepDueCallbacks,
    SweepDuePayouts,
    { provide: PayoutReader, useClass: TypeormPayoutReader },
  ],
})
export class PayoutsModule {
  constructor(
    books: Books,
    payouts: PayoutStore,
    references: PayoutReferenceStore,
    events: PayoutEventStore,
    routes: OutboxRoutes,
    metrics: Metrics,
    figures: DatabaseFigures,
    callbacks: ReceiveCallback,
    queues: JobQueues,
  ) {
    books.register(payouts);
    books.register(references);
    books.register(events);
    measurePayouts(metrics, figures, books);
    callbacks.onKept(['payout'], (key) => queues.add([callbackJob(key)]));
    routes.route('payout.requested', ({ merchantId, payload }) => {
      const { id, attempts } = payload['payout'] as PayoutView;
      return payoutJob(merchantId, id, attempts);
    });
  }
}
