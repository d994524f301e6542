/**
 * What payouts and payments use of banks and providers: the endings of a call, and the classes through which all calls
 * go. For the simulators, which implement gateways: the two ports and what an adapter is made of.
 */
export { Admissions } from './application/admissions.js';
export { BankGateways } from './application/bank-gateways.js';
export { type Change, changeOrder, type ChangeOptions } from './application/change-order.js';
export { CallbackProcessing, type CallbackVerdict } from './application/callback-processing.js';
export { monotonicNow } from './application/process-clocks.js';
export { endedCall } from './application/ended-call.js';
export { PaymentGateways } from './application/payment-gateways.js';
export { ReceiveCallback } from './application/receive-callback.js';
export { ConfiguredRecovery } from './application/configured-recovery.js';
export { Router } from './application/router.js';
export { Settlements } from './application/settlements.js';
export { Availability, type Choice, type GatewaysNow } from './domain/availability.js';
export { failureOf, isBankFailureCode, nextActionFor } from './domain/bank-failures.js';
export {
  BankGateway,
  type CallbackEnding,
  type CommonEnding,
  type CallbackEvent,
  EVERY_MODE,
  type InquiryEnding,
  type Reported,
  type SubmissionEnding,
} from './domain/bank-gateway.js';
export { type ListedOrder, ListUnread, type OrderPage, type OrderPeriod } from './domain/listed-orders.js';
export { type UnreadableEvent, unrecognizedStatus } from './domain/callback-events.js';
export { CallbackInbox, type CallbackKey, type DueCallback, type StoredCallback } from './domain/callback-inbox.js';
export { type Adapter, adapter, GatewayAdapters } from './domain/gateway-adapters.js';
export { GatewayHosts } from './domain/gateway-hosts.js';
export {
  type Charge,
  PaymentGateway,
  type CommonProviderEnding,
  type ProviderCallbackEnding,
  type ProviderEnding,
  type ProviderEvent,
  type ProviderInquiryEnding,
  type ProviderReference,
  type ProviderReported,
  type Quote,
  type RefundOrder,
} from './domain/payment-gateway.js';
export { isProviderFailureCode, nextPaymentActionFor, paymentFailureOf } from './domain/provider-failures.js';
export { OWN_REFERENCE } from './domain/own-reference.js';
export { assertSendingIsKnown, GATEWAY_REFUSALS, SubmissionsStopped } from './domain/refusals.js';
export { ModeNotSupported, type OfferedMode } from './domain/transfer-modes.js';
export { messageSignedBy, timedSignature } from './domain/timed-signature.js';
export type { Transfer } from './domain/transfer.js';
export {
  anotherOrder,
  anotherTransfer,
  differenceFrom,
  differenceFromOrder,
  isWhole,
} from './domain/transfer-differences.js';
export { GatewaySettings } from './gateways.settings.js';
export { callbacksOfNoOrder, refusedCallbacks } from './domain/callback-order.js';
