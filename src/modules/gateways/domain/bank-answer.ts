import { type Failure, type InquiryEnding, REFERENCE_REUSED, type SubmissionEnding } from './bank-gateway.js';

/**
 * A UTR, validated loosely on purpose: 12 digits for IMPS, 16 characters for NEFT, 22 for RTGS, and banks deviate.
 * What is no UTR at all is no proof of payment.
 */
const UTR = /^[A-Z0-9]{10,35}$/;
const FAILURE_CODE = /^[a-z][a-z0-9_]{0,63}$/;
const FAILURE_SOURCES: readonly unknown[] = ['gateway', 'beneficiary_bank', 'business', 'internal'];

/** Longer texts of a bank are cut off: they are shown to people and stored with the payout. */
const MAX_TEXT_LENGTH = 200;

type Fields = Readonly<Record<string, unknown>>;

/** An adapter's answer to a submission, copied field by field; one that is not in order is `unknown`. */
export function submissionEndingFrom(answer: unknown): SubmissionEnding {
  if (typeof answer !== 'object' || answer === null) return malformed('it is no object');
  const fields = answer as Fields;
  switch (fields.kind) {
    case 'succeeded':
      return succeededFrom(fields);
    case 'rejected':
      return rejectedFrom(fields.failure);
    case 'pending':
      return { kind: 'pending' };
    case 'unknown':
      return unknownBecause(typeof fields.why === 'string' ? fields.why : 'the bank did not say why');
    default:
      return malformed('its kind is not one we know');
  }
}

/** An adapter's answer to an inquiry; as above, and a bank may also have nothing under the reference. */
export function inquiryEndingFrom(answer: unknown): InquiryEnding {
  const isNotFound = typeof answer === 'object' && answer !== null && (answer as Fields).kind === 'not_found';
  return isNotFound ? { kind: 'not_found' } : submissionEndingFrom(answer);
}

/** Nobody knows whether the money moved. `why` is for the operator who has to find out. */
export function unknownBecause(why: string): { kind: 'unknown'; why: string } {
  return { kind: 'unknown', why: printable(why) };
}

function succeededFrom({ utr }: Fields): SubmissionEnding {
  if (typeof utr !== 'string' || !UTR.test(utr)) return malformed('it reports success without a valid UTR');
  return { kind: 'succeeded', utr };
}

function rejectedFrom(failure: unknown): SubmissionEnding {
  if (typeof failure !== 'object' || failure === null) return malformed('it reports a rejection without a failure');
  const { code, reason, source, retryable } = failure as Fields;
  const inOrder =
    typeof code === 'string' &&
    FAILURE_CODE.test(code) &&
    typeof reason === 'string' &&
    FAILURE_SOURCES.includes(source) &&
    typeof retryable === 'boolean';
  if (!inOrder) return malformed('it reports a rejection whose failure is incomplete');
  if (code === REFERENCE_REUSED)
    return unknownBecause(`the bank holds another transfer under this reference: ${reason}`);
  return {
    kind: 'rejected',
    failure: { code, reason: printable(reason), source: source as Failure['source'], retryable },
  };
}

function malformed(how: string): SubmissionEnding {
  return unknownBecause(`the gateway's answer is malformed: ${how}`);
}

/**
 * Bounded, without account numbers, and fit for PostgreSQL, which refuses U+0000 and lone surrogates: a text of the
 * bank that cannot be stored would keep its payout from ever being settled.
 */
function printable(text: string): string {
  const masked = text.slice(0, 4 * MAX_TEXT_LENGTH).replace(/\d{5,}(?=\d{4})/g, 'XXXX');
  return masked.slice(0, MAX_TEXT_LENGTH).replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
}
