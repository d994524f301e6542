import { drawn } from '../../../shared/state-diagram.js';
import { allowedPaymentStatuses, isOpenPayment, PAYMENT_STATUSES } from './payment-status.js';

const INTRO = `Drawn from \`src/modules/payments/domain/payment-status.ts\`. The provider moves a payment, by its answers. A merchant or an operator can
cancel one that no provider has (\`created → failed\`); an operator can end an open one as failed while the provider does not have it.
The merchant is credited on the way to \`succeeded\`, in the same commit.`;

/** The state machine of payments, drawn from the same table that the code decides by. */
export function paymentDiagram(): string {
  return drawn({
    title: 'The life of a payment',
    intro: INTRO,
    start: { status: 'created', by: 'merchant, operator' },
    arrows: PAYMENT_STATUSES.flatMap((from) => allowedPaymentStatuses(from).map((to) => ({ from, to }))),
    ends: PAYMENT_STATUSES.filter((status) => !isOpenPayment(status)),
    outro:
      'A refund is `pending` until the provider has said how it ends: `succeeded` or `failed`; an operator can end it as failed. Until then its rupees are held.',
  });
}
