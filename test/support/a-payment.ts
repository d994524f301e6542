import { Payment } from '../../src/modules/payments/domain/payment.js';
import type { PaymentState } from '../../src/modules/payments/domain/payment-state.js';
import type { PaymentStatus } from '../../src/modules/payments/domain/payment-status.js';
import { Refund } from '../../src/modules/payments/domain/refund.js';
import type { PaymentFailure } from '../../src/modules/gateways/gateways.language.js';
import { moment } from './moments.js';

/** When every payment of the tests was requested. */
export const ASKED_AT = new Date('2026-01-05T04:30:00.000Z');
export const PROVIDER = 'payment-simulator';
export const DECLINED: PaymentFailure = {
  code: 'card_declined',
  reason: 'The payer’s bank declined the charge.',
  source: 'payer',
  retryable: true,
};
export const CREDIT = {
  rate: '83.25',
  grossPaise: 8_325_00n,
  feePaise: 166_50n,
  taxPaise: 29_97n,
  netPaise: 8_128_53n,
};

export const afterMs = (ms: number): Date => new Date(ASKED_AT.getTime() + ms);
export const bySystem = (ms = 1) => ({ now: moment(afterMs(ms)), actor: 'system' });
export const byProvider = (ms = 2) => ({ now: moment(afterMs(ms)), actor: `gateway:${PROVIDER}` });
export const byMerchant = (ms = 3) => ({ now: moment(afterMs(ms)), actor: 'merchant:k1' });

type Wish = Partial<Pick<PaymentState, 'id' | 'merchantId' | 'amountMinor' | 'currency' | 'referenceId'>> & {
  readonly status?: PaymentStatus;
};

/** A payment brought to its status by the domain's own methods, as the book would load it. */
export function aPayment({ status = 'created', ...wish }: Wish = {}): Payment {
  const requested = {
    id: '019b8c6c-5078-7d02-8a11-0c0ffee12345',
    merchantId: '01980000-0000-7000-8000-00000000000a',
    amountMinor: 100_00n,
    currency: 'USD' as const,
    description: null,
    customer: null,
    purposeCode: 'P0802',
    referenceId: null,
    ...wish,
  };
  const payment = Payment.request(requested, { now: moment(ASKED_AT), actor: 'merchant:k1' }, afterMs(30_000));
  if (status !== 'created') payment.submit(PROVIDER, { credit: CREDIT, quoteId: null }, afterMs(30_001), bySystem());
  if (status === 'failed') payment.fail(DECLINED, { ...byProvider(), reason: DECLINED.reason });
  if (['succeeded', 'partially_refunded', 'refunded'].includes(status)) payment.succeed('ch_1', byProvider());
  if (status === 'partially_refunded') refundOf(payment, 40_00n);
  if (status === 'refunded') refundOf(payment, null);
  return Payment.restore(payment.state);
}

/** A refund that was just requested. */
export function aRefund(payment: Payment, amountMinor: bigint | null = null, returnsFee = false): Refund {
  const request = { id: '019b8c6c-5078-7d02-8a11-0c0ffee99999', amountMinor, returnsFee };
  return Refund.request(payment, request, byMerchant(), afterMs(30_003));
}

function refundOf(payment: Payment, amountMinor: bigint | null): void {
  const refund = aRefund(payment, amountMinor);
  refund.submit(afterMs(30_004), bySystem(4));
  refund.succeed('rf_1', byProvider(5));
}
