/** Banks as payouts see them: the endings of a call, and the one place through which calls go. */
export { BankGateways } from './application/bank-gateways.js';
export { ReceiveCallback } from './application/receive-callback.js';
export { Router } from './application/router.js';
export type { BankCapabilities, CallbackEnding, InquiryEnding, SubmissionEnding } from './domain/bank-gateway.js';
export { CallbackInbox, type CallbackKey, type StoredCallback } from './domain/callback-inbox.js';
export { ModeNotSupported } from './domain/modes.js';
export { type Failure, failureOf, nextActionFor } from './domain/reasons.js';
export { SIMULATED_EVENTS, SimulatedPost } from './domain/simulated-post.js';
export type { Beneficiary, Transfer, TransferMode } from './domain/transfer.js';
