import { CODE, type Fields, isName, malformed, printable, SHA256, unknownBecause } from './parse-bank-answer.js';
import type { ProviderEnding, ProviderInquiryEnding, Quote } from './payment-gateway.js';
import { isProviderFailureCode, paymentFailureOf } from './provider-failures.js';
import { PAYMENT_FAILURE_SOURCES, type PaymentFailure, RATE } from '../gateways.language.js';

const FAILURE_SOURCES: readonly unknown[] = PAYMENT_FAILURE_SOURCES;

/** An adapter's answer to a charge or a refund, copied field by field; one that is not in order is `unknown`. */
export function providerEndingFrom(answer: unknown): ProviderEnding {
  if (typeof answer !== 'object' || answer === null) return malformed('it is no object');
  const { digest } = answer as Fields;
  const ending = endingFrom(answer as Fields);
  return typeof digest === 'string' && SHA256.test(digest) ? { ...ending, digest } : ending;
}

/** An adapter's answer to an inquiry; as above, and a provider may also have nothing under the reference. */
export function providerInquiryEndingFrom(answer: unknown): ProviderInquiryEnding {
  const isNotFound = typeof answer === 'object' && answer !== null && (answer as Fields).kind === 'not_found';
  return isNotFound ? { kind: 'not_found' } : providerEndingFrom(answer);
}

/** @returns null when it is no rate that money can be converted at */
export function quoteFrom(answer: unknown): Quote | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const { rate, id } = answer as Fields;
  if (typeof rate !== 'string' || !RATE.test(rate) || !(id === null || isName(id))) return null;
  return { rate, id };
}

function endingFrom(fields: Fields): ProviderEnding {
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

function rejectedFrom(failure: unknown): ProviderEnding {
  if (typeof failure !== 'object' || failure === null) return malformed('it reports a rejection without a failure');
  const { code, reason, source, retryable } = failure as Fields;
  const inOrder =
    typeof code === 'string' &&
    typeof reason === 'string' &&
    FAILURE_SOURCES.includes(source) &&
    typeof retryable === 'boolean';
  if (!inOrder) return malformed('it reports a rejection whose failure is incomplete');
  // About this request only: what the provider has under the reference may have come about.
  if (code === 'payment_reference_reused')
    return unknownBecause(`the provider holds something else under this reference: ${reason}`);
  if (!isProviderFailureCode(code))
    return { kind: 'rejected', failure: { ...paymentFailureOf('provider_refused'), reason: printable(reason) } };
  const stored = { code, reason: printable(reason), source: source as PaymentFailure['source'], retryable };
  return { kind: 'rejected', failure: stored };
}
