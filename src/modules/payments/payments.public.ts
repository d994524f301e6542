export { paymentDiagram } from './domain/state-diagram.js';
export { PAYMENT_REFUSALS } from './domain/refusals.js';
export { PAYMENT_EVENT_TYPES, REFUND_EVENT_TYPES } from './domain/shown-events.js';
