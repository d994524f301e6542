import { type Failure, REFERENCE_REUSED } from '../domain/bank-gateway.js';

/**
 * How the simulated bank turns transfers down: codes, sources and retry advice as in RazorpayX' payout status details
 * (https://razorpay.com/docs/x/payouts/status-details/).
 */
export const REJECTIONS = {
  bank_account_closed: {
    reason: 'The beneficiary account is closed.',
    source: 'beneficiary_bank',
    retryable: false,
  },
  bank_account_frozen: {
    reason: 'The beneficiary account is frozen.',
    source: 'beneficiary_bank',
    retryable: false,
  },
  beneficiary_account_dormant: {
    reason: 'The beneficiary account is dormant.',
    source: 'beneficiary_bank',
    retryable: false,
  },
  beneficiary_account_invalid: {
    reason: 'The beneficiary account number is invalid.',
    source: 'business',
    retryable: false,
  },
  beneficiary_bank_offline: {
    reason: 'The systems of the beneficiary bank are offline. Try again after 30 minutes.',
    source: 'beneficiary_bank',
    retryable: true,
  },
  gateway_technical_error: {
    reason: 'The bank had a temporary technical problem. Try again after 30 minutes.',
    source: 'gateway',
    retryable: true,
  },
} as const satisfies Record<string, Omit<Failure, 'code'>>;

export type RejectionCode = keyof typeof REJECTIONS;

/** @throws RangeError for a code that this bank does not use */
export function rejection(code: string): Failure {
  if (!isRejectionCode(code)) throw new RangeError(`the simulated bank has no rejection ${code}`);
  return { code, ...REJECTIONS[code] };
}

export const REUSED_REFERENCE: Failure = {
  code: REFERENCE_REUSED,
  reason: 'The reference belongs to a transfer with another amount or account.',
  source: 'internal',
  retryable: false,
};

/** How long the simulated bank takes over what it does not do at once. Tests shorten it. */
export interface SimulatedDelays {
  /** Account 0005. Shorter than the time-out of a call (10 s), so that the answer is slow and not lost. */
  readonly slowAnswerMs: number;
  /** Account 0006. Long enough that the first inquiry may still meet it, as with a `deemed success` of IMPS. */
  readonly settlementMs: number;
  /** Account 0007. Days in reality; ten seconds let a person watch it. */
  readonly returnMs: number;
}

export const DEFAULT_DELAYS: SimulatedDelays = { slowAnswerMs: 5_000, settlementMs: 3_000, returnMs: 10_000 };

/** What the simulated bank does with a transfer that it sees for the first time. */
export type SimulatedOutcome =
  | { readonly verdict: 'never_arrives' }
  | { readonly verdict: 'down' }
  | { readonly verdict: 'rejected'; readonly code: RejectionCode }
  | {
      readonly verdict: 'paid';
      readonly answers: 'at_once' | 'slowly' | 'never';
      readonly settles: 'at_once' | 'later';
      readonly comesBack: boolean;
    };

export const PAID: SimulatedOutcome = { verdict: 'paid', answers: 'at_once', settles: 'at_once', comesBack: false };

/** Outcomes by the last four digits of the account number. Listed for users in the README. */
const FORCED_OUTCOMES: Readonly<Record<string, SimulatedOutcome>> = {
  '0001': PAID,
  '0002': { verdict: 'rejected', code: 'bank_account_closed' },
  '0003': { verdict: 'never_arrives' },
  '0004': { ...PAID, answers: 'never' },
  '0005': { ...PAID, answers: 'slowly' },
  '0006': { ...PAID, settles: 'later' },
  '0007': { ...PAID, comesBack: true },
  '0008': { verdict: 'down' },
};

export function forcedOutcome(accountNumber: string): SimulatedOutcome | null {
  return FORCED_OUTCOMES[accountNumber.slice(-4)] ?? null;
}

/** `random` draws from 0 up to 1: first whether the transfer is rejected, then for which reason. */
export function drawnOutcome(failureRate: number, random: () => number): SimulatedOutcome {
  if (random() >= failureRate) return PAID;
  const codes = Object.keys(REJECTIONS).filter(isRejectionCode);
  const code = codes[Math.floor(random() * codes.length)];
  return code === undefined ? PAID : { verdict: 'rejected', code };
}

function isRejectionCode(code: string): code is RejectionCode {
  return Object.hasOwn(REJECTIONS, code);
}
