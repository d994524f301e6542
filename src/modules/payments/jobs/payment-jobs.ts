import type { Job } from '../../../platform/queue/queue.public.js';
import type { DuePayment } from '../domain/payment-reader.js';

/**
 * Asks for a payment's next step. The id names the payment and its attempts so far: the relay and the sweep may both
 * ask, and while one job waits the other is left out.
 */
export function chargeJob(merchantId: string, paymentId: string, attempts: number): Job {
  return { queue: 'payments', name: 'charge', id: `${paymentId}-${attempts}`, data: { merchantId, paymentId } };
}

/** Asks for a refund's next step; as above. */
export function refundJob(merchantId: string, paymentId: string, refundId: string, attempts: number): Job {
  const data = { merchantId, paymentId, refundId };
  return { queue: 'payments', name: 'refund', id: `${refundId}-${attempts}`, data };
}

/** Asks for the next step of what a sweep or a wake has found. */
export function duePaymentJob({ merchantId, paymentId, refundId, attempts, origin }: DuePayment): Job {
  if (refundId === null) return { ...chargeJob(merchantId, paymentId, attempts), origin };
  return { ...refundJob(merchantId, paymentId, refundId, attempts), origin };
}
