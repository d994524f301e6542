export { allowedStatuses, type PayoutStatus } from './domain/payout-status.js';
export { CompareWithBanks } from './application/compare-with-banks.js';
export type { ComparisonStep } from './application/comparison-step.js';
export { type BankDifference, mayBePaidTwice } from './domain/bank-difference.js';
export { PayoutsNeedingAttention } from './application/payouts-needing-attention.js';
export { stateDiagram } from './domain/state-diagram.js';
export { PAYOUT_REFUSALS } from './domain/refusals.js';
export { PAYOUT_EVENT_TYPES } from './domain/shown-events.js';
