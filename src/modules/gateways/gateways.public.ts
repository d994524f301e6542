/** Banks as payouts see them: the endings of a call, and the one place through which calls go. */
export { BankGateways } from './application/bank-gateways.js';
export type {
  BankCapabilities,
  Failure,
  InquiryEnding,
  SubmissionEnding,
  Transfer,
  TransferMode,
} from './domain/bank-gateway.js';
