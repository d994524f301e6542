/** Who may call us, and where their money may go: what decisions on a book read about merchants, and look-ups. */
export { maskVpa } from './domain/bank-account.js';
export { bankAccountRows, merchantRows } from './domain/merchant-tables.js';
export { Merchants } from './domain/merchants.js';
export { LimitsAtSignIn } from './domain/limits-at-sign-in.js';
export {
  BankAccountInactive,
  BankAccountUnknown,
  MERCHANT_REFUSALS,
  MerchantInactive,
  MerchantNotFound,
} from './domain/refusals.js';
export { type MerchantView, merchantView } from './application/merchant-view.js';
export { isMerchantActive } from './application/is-merchant-active.js';
/** For the demo data and the command line. */
export { CreateMerchant } from './application/create-merchant.js';
export { IssueApiKey } from './application/issue-api-key.js';
export { RevokeApiKey } from './application/revoke-api-key.js';
export { RegisterBankAccount } from './application/register-bank-account.js';
