export { allowedRefundStatuses, type RefundStatus } from './domain/payment-state.js';
export { allowedByHand, type PaymentStatus } from './domain/payment-status.js';
export { PaymentsNeedingAttention } from './application/payments-needing-attention.js';
export { UncomparedProviders } from './application/uncompared-providers.js';
export { paymentDiagram } from './domain/state-diagram.js';
export { PAYMENT_REFUSALS } from './domain/refusals.js';
export { PAYMENT_EVENT_TYPES, REFUND_EVENT_TYPES } from './domain/shown-events.js';
