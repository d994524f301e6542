import type { CommonEnding, InquiryEnding, SubmissionEnding, Transferred } from './bank-gateway.js';
import { failureOf, isBankFailureCode } from './bank-failures.js';
import type { Transfer } from './transfer.js';
import { anotherTransfer, differenceFrom, isWhole } from './transfer-differences.js';
import { PAYOUT_FAILURE_SOURCES, type PayoutFailure, UTR } from '../gateways.language.js';

export const SHA256 = /^[0-9a-f]{64}$/;
export const CODE = /^[a-z][a-z0-9_]{0,63}$/;
const FAILURE_SOURCES: readonly unknown[] = PAYOUT_FAILURE_SOURCES;

/** Longer texts of a bank are cut: they are shown to people and stored with the payout. */
const MAX_TEXT_LENGTH = 200;

export type Fields = Readonly<Record<string, unknown>>;

/**
 * An adapter's answer to a submission, checked and copied field by field. It is `unknown` if it is malformed, or if it
 * names another amount or account than the submission.
 */
export function submissionEndingFrom(answer: unknown, transfer: Transfer): SubmissionEnding {
  return isOfKind(answer, 'reference_reused')
    ? withDigest({ kind: 'reference_reused' }, answer)
    : comparedFrom(answer, transfer);
}

function comparedFrom(answer: unknown, transfer: Transfer): CommonEnding {
  const ending = reportedEndingFrom(answer);
  const { transferred } = (answer ?? {}) as Fields;
  if (ending.kind === 'unknown' || transferred === undefined || transferred === null) return ending;
  if (!isTransferred(transferred)) return malformed('what it has transferred is not in order');
  const difference = differenceFrom(transfer, transferred);
  if (difference === null) return isWhole(transfer, transferred) ? { ...ending, isSame: true } : ending;
  const { digest } = ending;
  return { ...anotherTransfer(difference), ...(digest === undefined ? {} : { digest }) };
}

/** An adapter's answer to an inquiry, treated like one to a submission; it may also be `not_found`. */
export function inquiryEndingFrom(answer: unknown, transfer: Transfer): InquiryEnding {
  return isOfKind(answer, 'not_found') ? { kind: 'not_found' } : comparedFrom(answer, transfer);
}

/** Whether the answer is of a kind that is allowed for one kind of question only. */
export function isOfKind(answer: unknown, kind: 'not_found' | 'reference_reused'): answer is Fields {
  return typeof answer === 'object' && answer !== null && (answer as Fields).kind === kind;
}

/** The ending as the adapter reports it, not compared with anything: a callback states its amount in another field. */
export function reportedEndingFrom(answer: unknown): CommonEnding {
  if (typeof answer !== 'object' || answer === null) return malformed('it is no object');
  return withDigest(endingFrom(answer as Fields), answer as Fields);
}

export function withDigest<Ending extends object>(ending: Ending, { digest }: Fields): Ending & { digest?: string } {
  return typeof digest === 'string' && SHA256.test(digest) ? { ...ending, digest } : ending;
}

function isTransferred(reported: unknown): reported is Transferred {
  if (typeof reported !== 'object' || reported === null) return false;
  const { amountPaise, accountNumber, vpa } = reported as Fields;
  const areTexts = [accountNumber, vpa].every((text) => typeof (text ?? '') === 'string');
  return areTexts && (amountPaise === undefined || typeof amountPaise === 'bigint');
}

function endingFrom(fields: Fields): CommonEnding {
  switch (fields.kind) {
    case 'succeeded':
      return succeededFrom(fields);
    case 'rejected':
      return rejectedFrom(fields);
    case 'pending':
      return typeof fields.code === 'string' && CODE.test(fields.code)
        ? { kind: 'pending', code: fields.code }
        : { kind: 'pending' };
    case 'returned':
      return returnedFrom(fields);
    case 'unknown':
      return unknownBecause(typeof fields.why === 'string' ? fields.why : 'the bank did not say why');
    default:
      return malformed('its kind is not one we know');
  }
}

/** Whether the text can be part of a key in the database. */
export function isName(text: unknown): text is string {
  return typeof text === 'string' && /^[!-~]{1,200}$/.test(text);
}

/** The UTR in capitals, as it is stored; null if the text is not a UTR. */
function utrFrom(text: unknown): string | null {
  const utr = typeof text === 'string' ? text.toUpperCase() : '';
  return utr.length >= UTR.min && utr.length <= UTR.max && UTR.only.test(utr) ? utr : null;
}

/** An outcome that nobody knows: the money may have moved. `why` is for the operator who has to find out. */
export function unknownBecause(why: string): { kind: 'unknown'; why: string } {
  return { kind: 'unknown', why: printable(why) };
}

function succeededFrom(fields: Fields): CommonEnding {
  const utr = utrFrom(fields.utr);
  return utr === null ? malformed('it reports success without a valid UTR') : { kind: 'succeeded', utr };
}

function returnedFrom(fields: Fields): CommonEnding {
  const ending = failedFrom(fields.failure);
  if (ending.kind !== 'rejected') return ending;
  return { kind: 'returned', utr: utrFrom(fields.utr), failure: ending.failure };
}

function rejectedFrom(fields: Fields): CommonEnding {
  const ending = failedFrom(fields.failure);
  const utr = utrFrom(fields.utr);
  return ending.kind === 'rejected' && utr !== null ? { ...ending, utr } : ending;
}

function failedFrom(failure: unknown): CommonEnding {
  if (typeof failure !== 'object' || failure === null) return malformed('it reports a rejection without a failure');
  const { code, reason, source, retryable } = failure as Fields;
  const inOrder =
    typeof code === 'string' &&
    CODE.test(code) &&
    typeof reason === 'string' &&
    FAILURE_SOURCES.includes(source) &&
    typeof retryable === 'boolean';
  if (!inOrder) return malformed('it reports a rejection whose failure is incomplete');
  // Older adapters reported a reused reference as a rejection. Accepting that would release the hold.
  if (code === 'reference_reused') return malformed('that a reference is taken is no rejection');
  // A code that only this bank uses would tell nobody what to do.
  if (!isBankFailureCode(code))
    return { kind: 'rejected', failure: { ...failureOf('gateway_refused'), reason: printable(reason) } };
  return {
    kind: 'rejected',
    failure: { code, reason: printable(reason), source: source as PayoutFailure['source'], retryable },
  };
}

export function malformed(how: string): { kind: 'unknown'; why: string } {
  return unknownBecause(`the gateway's answer is malformed: ${how}`);
}

/**
 * The text limited in length, with account numbers masked, and without what PostgreSQL refuses (U+0000 and lone
 * surrogates): if a bank's text could not be stored, its payout could never be settled.
 */
export function printable(text: string): string {
  const masked = text.slice(0, 4 * MAX_TEXT_LENGTH).replace(/\d{5,}(?=\d{4})/g, 'XXXX');
  return storable(masked.slice(0, MAX_TEXT_LENGTH));
}

/** The text with control characters and lone surrogates replaced, and otherwise unchanged. */
export function storable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
}
