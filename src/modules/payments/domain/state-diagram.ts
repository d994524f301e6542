import { allowedPaymentStatuses, isOpenPayment, PAYMENT_STATUSES } from './payment-status.js';

/** The state machine of payments as Markdown, drawn from the very table that decides. A part of `docs/state-machine.md`. */
export function paymentDiagram(): string {
  const ends = PAYMENT_STATUSES.filter((status) => !isOpenPayment(status));
  return [
    '# The life of a payment',
    '',
    'Drawn from `src/modules/payments/domain/payment-status.ts`. The provider moves a payment, by its answers; nobody moves one by hand.',
    'The merchant is credited on the way to `succeeded`, in the same commit.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> created: merchant, operator',
    ...PAYMENT_STATUSES.flatMap((from) => allowedPaymentStatuses(from).map((to) => `  ${from} --> ${to}`)),
    ...ends.map((status) => `  ${status} --> [*]`),
    '```',
    '',
    'A refund is `pending` until the provider has said how it ends: `succeeded` or `failed`. While it is pending its rupees are held.',
    '',
  ].join('\n');
}
