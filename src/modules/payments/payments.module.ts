import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Sql } from '../../platform/database/database.public.js';
import { Books } from '../../platform/group-commit/group-commit.public.js';
import { OutboxRoutes } from '../../platform/outbox/outbox.public.js';
import { GatewaysModule, OrderFlows, orderProcessor, sweepDueCallbacks } from '../gateways/gateways.module.js';
import { PaymentGateways } from '../gateways/gateways.public.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { MerchantsModule } from '../merchants/merchants.module.js';
import { BookChecks } from '../ledger/ledger.public.js';
import { CancelPayment } from './application/cancel-payment.js';
import { ChangePayment } from './application/change-payment.js';
import { ChangeRefund } from './application/change-refund.js';
import { ChargeOffers } from './application/charge-offers.js';
import { CreatePayment } from './application/create-payment.js';
import type { PaymentView } from './application/payment-view.js';
import type { RefundView } from './application/refund-view.js';
import { FailPayment } from './application/fail-payment.js';
import { FailRefund } from './application/fail-refund.js';
import { InquireProvider } from './application/inquire-provider.js';
import { ProcessPayment } from './application/process-payment.js';
import { ProcessRefund } from './application/process-refund.js';
import { RefundPayment } from './application/refund-payment.js';
import { SettlePayment } from './application/settle-payment.js';
import { SettleRefund } from './application/settle-refund.js';
import { SettlePaymentOrRefund } from './application/settle-payment-or-refund.js';
import { ProcessProviderCallback } from './application/process-provider-callback.js';
import { PaymentsNeedingAttention } from './application/payments-needing-attention.js';
import { UncomparedProviders } from './application/uncompared-providers.js';
import { PaymentReader } from './domain/payment-reader.js';
import { AllRefundsController } from './http/all-refunds.controller.js';
import { ExportPaymentsController, ExportRefundsController } from './http/export-payments.controller.js';
import { CreatePaymentController } from './http/create-payment.controller.js';
import { PaymentOperationsController } from './http/payment-operations.controller.js';
import { PaymentTimelinesController } from './http/payment-timelines.controller.js';
import { RefundTimelinesController } from './http/refund-timelines.controller.js';
import { PaymentsController } from './http/payments.controller.js';
import { RefundsController } from './http/refunds.controller.js';
import { checkPayments } from './infrastructure/payment-check.js';
import { paymentMetrics } from './infrastructure/payment-metrics.js';
import { paymentEntity, refundEntity } from './infrastructure/payment-row.js';
import { PAYMENT_STORES } from './infrastructure/payment-stores.js';
import { TypeormPaymentReader } from './infrastructure/typeorm-payment-reader.js';
import { chargeJob, duePaymentJob, refundJob } from './jobs/payment-jobs.js';
import { paymentSweeps } from './jobs/sweep-due-payments.js';

/** What payments add to `verify`; separate, because the command line needs it without any gateway. */
@Module({ imports: [LedgerModule] })
export class PaymentChecksModule {
  constructor(checks: BookChecks<Sql>) {
    checks.add(checkPayments);
  }
}

/** Money in. */
@Module({
  imports: [
    IdempotencyModule,
    GatewaysModule,
    MerchantsModule,
    PaymentChecksModule,
    TypeOrmModule.forFeature([paymentEntity, refundEntity]),
  ],
  controllers: [
    AllRefundsController,
    CreatePaymentController,
    ExportPaymentsController,
    ExportRefundsController,
    PaymentOperationsController,
    PaymentTimelinesController,
    RefundTimelinesController,
    PaymentsController,
    RefundsController,
  ],
  providers: [
    PaymentsNeedingAttention,
    CancelPayment,
    ChangePayment,
    ChangeRefund,
    ChargeOffers,
    CreatePayment,
    FailPayment,
    FailRefund,
    InquireProvider,
    ProcessPayment,
    ProcessRefund,
    RefundPayment,
    SettlePayment,
    SettleRefund,
    SettlePaymentOrRefund,
    ProcessProviderCallback,
    UncomparedProviders,
    paymentMetrics,
    orderProcessor('payments', {
      charge: ProcessPayment,
      refund: ProcessRefund,
      callback: ProcessProviderCallback,
    }),
    sweepDueCallbacks('providers', 'payments', ['payment', 'refund']),
    ...paymentSweeps,
    { provide: PaymentReader, useClass: TypeormPaymentReader },
  ],
  exports: [PaymentsNeedingAttention, UncomparedProviders],
})
export class PaymentsModule {
  constructor(
    books: Books,
    routes: OutboxRoutes,
    flows: OrderFlows,
    payments: PaymentReader,
    gateways: PaymentGateways,
  ) {
    books.register(...PAYMENT_STORES);
    routes.route('payment.created', ({ merchantId, payload }) => {
      const { id, attempts } = payload['payment'] as Pick<PaymentView, 'id' | 'attempts'>;
      return chargeJob({ merchantId, paymentId: id }, attempts);
    });
    routes.route('refund.requested', ({ merchantId, payload }) => {
      const { id, payment_id, attempts } = payload['refund'] as Pick<RefundView, 'id' | 'payment_id' | 'attempts'>;
      return refundJob({ merchantId, paymentId: payment_id, refundId: id }, attempts);
    });
    flows.register({
      name: 'payments',
      subjects: ['payment', 'refund'],
      waiting: payments,
      candidatesFor: (payment) => gateways.candidatesFor(payment),
      jobOf: duePaymentJob,
      wokenBy: { 'merchant.activated': 'merchant_inactive' },
    });
  }
}
