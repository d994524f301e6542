export { stateDiagram } from './domain/state-diagram.js';
export { PAYOUT_REFUSALS } from './domain/refusals.js';
