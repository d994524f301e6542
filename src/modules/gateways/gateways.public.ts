/** Banks as payouts see them, and providers as payments do: the endings of a call, and the one place through which calls go. */
export { BankGateways } from './application/bank-gateways.js';
export { CallbackProcessing, type CallbackVerdict } from './application/callback-processing.js';
export { PaymentGateways } from './application/payment-gateways.js';
export { ReceiveCallback } from './application/receive-callback.js';
export { Recovery } from './application/recovery.js';
export { Router } from './application/router.js';
export { type Settled, Settlements } from './application/settlements.js';
export { Availability } from './domain/availability.js';
export type { BankCapabilities, CallbackEnding, InquiryEnding, SubmissionEnding } from './domain/bank-gateway.js';
export { CallbackInbox, type CallbackKey, type StoredCallback } from './domain/callback-inbox.js';
export { ModeNotSupported } from './domain/modes.js';
export type {
  Charge,
  ProviderCapabilities,
  ProviderEnding,
  ProviderInquiryEnding,
  ProviderReference,
  Quote,
  RefundOrder,
} from './domain/payment-gateway.js';
export { nextPaymentActionFor, type PaymentFailure, paymentFailureOf } from './domain/payment-reasons.js';
export { type Failure, failureOf, nextActionFor } from './domain/reasons.js';
export { SIMULATED_EVENTS, SimulatedPosts } from './domain/simulated-post.js';
export type { Beneficiary, Transfer, TransferMode } from './domain/transfer.js';
