import { FAILED_BY_OPERATOR, NOT_ACCEPTED_BY_BANK, type PayoutFailure } from '../gateways.language.js';

interface BankFailure extends Omit<PayoutFailure, 'code'> {
  /** What the merchant should do next. */
  readonly nextAction: string;
}

const LATER = 'Make a new payout after 30 minutes.';
const ASK_RECIPIENT = 'Ask the recipient for another bank account, and pay to that one.';
const CHECK_DETAILS = 'Check the details with the recipient, register the corrected bank account, and pay to that one.';

/**
 * Why payouts fail, in one vocabulary for all banks. Codes, sources and advice follow RazorpayX' payout status details
 * (https://razorpay.com/docs/x/payouts/status-details/); adapters translate their bank's reasons into these.
 */
export const BANK_FAILURES = {
  bank_account_closed: beneficiary('The beneficiary account is closed.', ASK_RECIPIENT),
  bank_account_frozen: beneficiary('The beneficiary account is frozen.', ASK_RECIPIENT),
  bank_account_invalid: business('The beneficiary account does not exist.', CHECK_DETAILS),
  beneficiary_account_dormant: beneficiary('The beneficiary account is dormant.', ASK_RECIPIENT),
  beneficiary_account_invalid: business('The beneficiary account number is invalid.', CHECK_DETAILS),
  beneficiary_bank_rejected: beneficiary('The beneficiary bank rejected the transfer.', ASK_RECIPIENT),
  beneficiary_name_mismatch: business('The beneficiary name does not belong to the account.', CHECK_DETAILS),
  beneficiary_vpa_invalid: business('The virtual payment address does not exist.', CHECK_DETAILS),
  invalid_beneficiary: business('The bank does not accept the beneficiary.', CHECK_DETAILS),
  invalid_ifsc_code: business('The IFSC of the beneficiary branch is invalid.', CHECK_DETAILS),
  mode_not_supported_by_bank: {
    reason: 'The beneficiary bank does not take this transfer mode.',
    source: 'beneficiary_bank',
    retryable: false,
    nextAction: 'Make a new payout with another mode.',
  },
  transaction_limit_exceeded: business(
    'The amount passes a limit of the beneficiary account.',
    'Pay a smaller amount.',
  ),
  beneficiary_bank_failure: beneficiaryLater('The beneficiary bank had a technical problem.'),
  beneficiary_bank_offline: beneficiaryLater('The systems of the beneficiary bank are offline.'),
  beneficiary_bank_timeout: beneficiaryLater('The beneficiary bank did not answer in time.'),
  gateway_down: gatewayLater('The bank that sends the payout is down.'),
  gateway_limit_exhausted: gatewayLater('The bank that sends the payout has reached a limit of its own.'),
  gateway_technical_error: gatewayLater('The bank that sends the payout had a temporary technical problem.'),
  gateway_insufficient_funds: {
    reason: 'The account from which payouts are sent does not cover the amount.',
    source: 'internal',
    retryable: true,
    nextAction: 'Tell the operator, and make a new payout when the account has been topped up.',
  },
  gateway_refused: {
    reason: 'The bank that sends the payout refused the request.',
    source: 'gateway',
    retryable: false,
    nextAction: 'Tell the operator, with the id of the payout.',
  },
  returned_by_bank: {
    reason: 'The transfer was cancelled or returned, and the bank gave no reason.',
    source: 'gateway',
    retryable: true,
    nextAction: 'Check the details with the recipient, then make a new payout.',
  },
  not_accepted_by_bank: { ...NOT_ACCEPTED_BY_BANK, nextAction: 'Make a new payout.' },
  failed_by_operator: { ...FAILED_BY_OPERATOR, nextAction: 'Ask the operator why, or make a new payout.' },
} as const satisfies Record<string, BankFailure>;

export type BankFailureCode = keyof typeof BANK_FAILURES;

export function isBankFailureCode(code: unknown): code is BankFailureCode {
  return typeof code === 'string' && Object.hasOwn(BANK_FAILURES, code);
}

/** The failure with this code, as it is stored with a payout. */
export function failureOf(code: BankFailureCode): PayoutFailure {
  const { reason, source, retryable } = BANK_FAILURES[code];
  return { code, reason, source, retryable };
}

/** What the merchant should do next, even about a code that only an earlier version knew. */
export function nextActionFor(code: string): string {
  return isBankFailureCode(code) ? BANK_FAILURES[code].nextAction : 'Tell the operator, with the id of the payout.';
}

function beneficiary<R extends string, A extends string>(reason: R, nextAction: A) {
  return { reason, source: 'beneficiary_bank', retryable: false, nextAction } as const;
}

function business<R extends string, A extends string>(reason: R, nextAction: A) {
  return { reason, source: 'business', retryable: false, nextAction } as const;
}

function beneficiaryLater<R extends string>(reason: R) {
  return { reason, source: 'beneficiary_bank', retryable: true, nextAction: LATER } as const;
}

function gatewayLater<R extends string>(reason: R) {
  return { reason, source: 'gateway', retryable: true, nextAction: LATER } as const;
}
