export { causeKey, judgeHold, type HoldVerdict, ledgerCauses } from './domain/ledger-tables.js';
export { assertRoomFor, post } from './application/post.js';
export { AmountTooLarge } from './domain/amount-too-large.js';
export { watchingBalance } from './application/watching-balance.js';
export { BALANCE_EVENT_TYPES } from './domain/balance-alert.js';
export { hold, InsufficientFunds, type Posting, release, reversal, settlement } from './domain/ledger.js';
export { credit, movesMoney, refund, refundHold, refundRelease } from './domain/payment-postings.js';
export { type Finding, finding, type JudgedFinding, toBeJudged } from './domain/audit.js';
export {
  type BookCheck,
  BookChecks,
  type CheckedBook,
  checkPart,
  timelinePart,
  ledgerPart,
} from './domain/book-checks.js';
export { type OrderToCheck, ordersToCheck } from './domain/orders-to-check.js';
export { callbacksOfNoBook, checkCallbacks } from './domain/callback-findings.js';
export { AcknowledgeFinding } from './application/acknowledge-finding.js';
export { FundMerchant } from './application/fund-merchant.js';
export { type ResumePoint, VerifyBooks } from './application/verify-books.js';
export type { BookPoint, BookProgress, ExpectedHead, VerifiedBook } from './application/verified-book.js';
export type { Judged } from './application/judged-findings.js';
export { VerifyRecord } from './domain/verify-record.js';
export { LedgerReader } from './domain/ledger-reader.js';
export { LEDGER_REFUSALS } from './domain/refusals.js';
