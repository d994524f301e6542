import { listAllRefunds, listPayments, listRefunds } from '../../api/generated/sdk.gen.ts';
import type { CreatePaymentBody, PaymentDocument } from '../../api/generated/types.gen.ts';
import type { Session } from '../../api/session.ts';
import type { OrderService } from '../../attempts/attempts.ts';
import { idsOf, orderService } from '../../attempts/order-service.ts';

/** How payments are sent. The key belongs to the text of the body. */
export function paymentService(session: Session): OrderService {
  return orderService(session, {
    requestOf: (body) => ({ path: '/api/v1/payments', body }),
    findByKey: findPaymentByKey,
    find: findPayments,
  });
}

async function findPaymentByKey(key: string): Promise<readonly string[]> {
  const { results } = await listPayments({ query: { idempotency_key: key } });
  return results.map(({ id }) => id);
}

function findPayments(body: string, since: string): Promise<readonly string[]> {
  const order = JSON.parse(body) as CreatePaymentBody;
  const query = { currency: order.currency, created_from: since, reference_id: order.reference_id ?? undefined };
  return idsOf(
    (page) => listPayments({ query: { ...query, ...page } }),
    (payment) => isOrderedBy(order, payment),
  );
}

function isOrderedBy(order: CreatePaymentBody, payment: PaymentDocument): boolean {
  return (
    payment.amount === order.amount &&
    payment.purpose_code === (order.purpose_code ?? null) &&
    payment.reference_id === (order.reference_id ?? null) &&
    payment.description === (order.description ?? null) &&
    (payment.customer?.name ?? null) === (order.customer?.name ?? null)
  );
}

/** A refund as the text that its key belongs to: its payment, which the request has in its path, and its amount. */
interface RefundOrder {
  readonly payment_id: string;
  readonly amount: number;
}

export function refundText({ payment_id, amount }: RefundOrder): string {
  return JSON.stringify({ payment_id, amount } satisfies RefundOrder);
}

export function refundOf(text: string): RefundOrder {
  return JSON.parse(text) as RefundOrder;
}

export function refundService(session: Session): OrderService {
  return orderService(session, {
    requestOf: (text) => {
      const { payment_id: id, amount } = refundOf(text);
      return { path: `/api/v1/payments/${encodeURIComponent(id)}/refund`, body: JSON.stringify({ amount }) };
    },
    findByKey: findRefundByKey,
    find: findRefunds,
  });
}

async function findRefundByKey(key: string): Promise<readonly string[]> {
  const { results } = await listAllRefunds({ query: { idempotency_key: key } });
  return results.map(({ id }) => id);
}

function findRefunds(text: string, since: string): Promise<readonly string[]> {
  const { payment_id: id, amount } = refundOf(text);
  return idsOf(
    (page) => listRefunds({ path: { id }, query: page }),
    (refund) => refund.amount === amount && Date.parse(refund.created_at) >= Date.parse(since),
  );
}
