export { causeKey, ledgerCauses } from './domain/ledger-tables.js';
export { headOf, post } from './application/post.js';
export { adjustment, hold, InsufficientFunds, type Posting, release, reversal, settlement } from './domain/ledger.js';
export { credit, movesMoney, refund, refundHold, refundRelease } from './domain/payment-postings.js';
export type { Finding } from './domain/audit.js';
export { type BookCheck, BookChecks } from './domain/book-checks.js';
export { FundMerchant } from './application/fund-merchant.js';
export { VerifyBooks } from './application/verify-books.js';
export { LedgerReader } from './domain/ledger-reader.js';
