import type { Job } from '../../../platform/queue/queue.public.js';
import type { PaymentKey } from '../application/change-payment.js';
import type { RefundKey } from '../application/change-refund.js';
import type { DuePayment } from '../domain/payment-reader.js';

/**
 * The job for a payment's next step. Its id contains the payment's id and the number of attempts so far: the relay and
 * the sweep may both add it, and while one of the jobs waits, the queue drops the other.
 */
export function chargeJob({ merchantId, paymentId }: PaymentKey, attempts: number): Job {
  return { queue: 'payments', name: 'charge', id: `${paymentId}-${attempts}`, data: { merchantId, paymentId } };
}

/** The job for a refund's next step; its id is made in the same way. */
export function refundJob({ merchantId, paymentId, refundId }: RefundKey, attempts: number): Job {
  const data = { merchantId, paymentId, refundId };
  return { queue: 'payments', name: 'refund', id: `${refundId}-${attempts}`, data };
}

/** The job for the next step of a payment or a refund that a sweep or a wake has found. */
export function duePaymentJob({ merchantId, paymentId, refundId, attempts, origin }: DuePayment): Job {
  if (refundId === null) return { ...chargeJob({ merchantId, paymentId }, attempts), origin };
  return { ...refundJob({ merchantId, paymentId, refundId }, attempts), origin };
}
