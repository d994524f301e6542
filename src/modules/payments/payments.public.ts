export { paymentDiagram } from './domain/state-diagram.js';
export { PAYMENT_REFUSALS } from './domain/refusals.js';
