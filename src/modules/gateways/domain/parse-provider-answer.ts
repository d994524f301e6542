import {
  CODE,
  type Fields,
  isName,
  isOfKind,
  malformed,
  printable,
  unknownBecause,
  withDigest,
} from './parse-bank-answer.js';
import type {
  CommonProviderEnding,
  ProviderEnding,
  ProviderInquiryEnding,
  ProviderReference,
  Quote,
  TakenOn,
} from './payment-gateway.js';
import { isProviderFailureCode, paymentFailureOf } from './provider-failures.js';
import { anotherOrder, differenceFromOrder } from './transfer-differences.js';
import { PAYMENT_FAILURE_SOURCES, type PaymentFailure, RATE } from '../gateways.language.js';

const FAILURE_SOURCES: readonly unknown[] = PAYMENT_FAILURE_SOURCES;

/** The amount that was submitted. */
type Submitted = Pick<ProviderReference, 'amountMinor' | 'currency'>;

/**
 * An adapter's answer to a charge or a refund, checked and copied field by field. It is `unknown` if it is malformed,
 * or if it names another amount or currency than the submission.
 */
export function providerEndingFrom(answer: unknown, submitted: Submitted): ProviderEnding {
  return isOfKind(answer, 'reference_reused')
    ? withDigest({ kind: 'reference_reused' }, answer)
    : comparedFrom(answer, submitted);
}

function comparedFrom(answer: unknown, submitted: Submitted): CommonProviderEnding {
  const ending = reportedProviderEndingFrom(answer);
  const { transferred } = (answer ?? {}) as Fields;
  if (ending.kind === 'unknown' || transferred === undefined || transferred === null) return ending;
  if (!isTakenOn(transferred)) return malformed('what it has under the reference is not in order');
  const difference = differenceFromOrder(submitted, transferred);
  const isWhole = transferred.amountMinor !== undefined && transferred.currency !== undefined;
  if (difference === null) return isWhole ? { ...ending, isSame: true } : ending;
  const { digest } = ending;
  return { ...anotherOrder(difference), ...(digest === undefined ? {} : { digest }) };
}

/** An adapter's answer to an inquiry, treated like one to a submission; it may also be `not_found`. */
export function providerInquiryEndingFrom(answer: unknown, submitted: Submitted): ProviderInquiryEnding {
  return isOfKind(answer, 'not_found') ? { kind: 'not_found' } : comparedFrom(answer, submitted);
}

/** The ending as the adapter reports it, not compared with anything: a callback states its amount in another field. */
export function reportedProviderEndingFrom(answer: unknown): CommonProviderEnding {
  if (typeof answer !== 'object' || answer === null) return malformed('it is no object');
  return withDigest(endingFrom(answer as Fields), answer as Fields);
}

function isTakenOn(reported: unknown): reported is TakenOn {
  if (typeof reported !== 'object' || reported === null) return false;
  const { amountMinor, currency } = reported as Fields;
  const isAmount = amountMinor === undefined || typeof amountMinor === 'bigint';
  return isAmount && (currency === undefined || typeof currency === 'string');
}

/** @returns null when the answer contains no valid rate */
export function quoteFrom(answer: unknown): Quote | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const { rate, id } = answer as Fields;
  if (typeof rate !== 'string' || !RATE.test(rate) || !(id === null || isName(id))) return null;
  return { rate, id };
}

function endingFrom(fields: Fields): CommonProviderEnding {
  switch (fields.kind) {
    case 'succeeded':
      return isName(fields.providerId)
        ? { kind: 'succeeded', providerId: fields.providerId }
        : malformed('it reports success without an id of its own');
    case 'rejected':
      return rejectedFrom(fields.failure);
    case 'pending':
      return typeof fields.code === 'string' && CODE.test(fields.code)
        ? { kind: 'pending', code: fields.code }
        : { kind: 'pending' };
    case 'unknown':
      return unknownBecause(typeof fields.why === 'string' ? fields.why : 'the provider did not say why');
    default:
      return malformed('its kind is not one we know');
  }
}

function rejectedFrom(failure: unknown): CommonProviderEnding {
  if (typeof failure !== 'object' || failure === null) return malformed('it reports a rejection without a failure');
  const { code, reason, source, retryable } = failure as Fields;
  const inOrder =
    typeof code === 'string' &&
    typeof reason === 'string' &&
    FAILURE_SOURCES.includes(source) &&
    typeof retryable === 'boolean';
  if (!inOrder) return malformed('it reports a rejection whose failure is incomplete');
  // Older adapters reported a reused reference as a rejection. Accepting that would end the order.
  if (code === 'payment_reference_reused') return malformed('that a reference is taken is no rejection');
  if (!isProviderFailureCode(code))
    return { kind: 'rejected', failure: { ...paymentFailureOf('provider_refused'), reason: printable(reason) } };
  const stored = { code, reason: printable(reason), source: source as PaymentFailure['source'], retryable };
  return { kind: 'rejected', failure: stored };
}
