import type { Logger } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { inStep, type Step } from '../../../platform/tracing/tracing.public.js';
import { unknownBecause } from '../domain/parse-bank-answer.js';
import type { SubmissionResult, TrialLease } from '../domain/availability.js';
import type { BankAnswer } from '../gateways.language.js';
import { type Answered, answerOrUnknown, resultOf, type Unknown } from './answer-or-unknown.js';

/** The merchant whose order is submitted, the attempt, and the request that it goes back to. */
export interface Submitter {
  readonly merchantId: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** The lease of the trial, if it is sent as one. */
  readonly trial: TrialLease | null;
  readonly origin: Origin | null;
}

/** One call to a bank or a provider: what is asked, about which order, and the request that it goes back to. */
export interface GatewayCall {
  readonly gateway: string;
  readonly what: 'submission' | 'inquiry' | 'quote';
  readonly about: 'payout' | 'payment' | 'refund';
  readonly reference: string;
  readonly origin: Origin | null;
  /** Of a submission. Null: it belongs to no merchant, and does not count for the circuit breaker. */
  readonly by?: Submitter | null;
}

/** A call that has ended, for metrics and for the circuit breaker. */
export interface GatewayCallEnded extends Pick<Required<GatewayCall>, 'gateway' | 'reference' | 'by'> {
  readonly call: GatewayCall['what'];
  readonly ending: BankAnswer['kind'];
  /** What it says about the gateway: it answered, answered without an outcome, or did not answer. */
  readonly result: SubmissionResult['result'];
  readonly seconds: number;
}

/** How calls are made, and who is notified when one has ended. */
export interface CallFrame {
  readonly timeoutSeconds: number;
  readonly ended: (call: GatewayCallEnded) => void;
  readonly logger: Pick<Logger, 'warn'>;
}

export function submissionOf(
  call: Pick<GatewayCall, 'gateway' | 'about' | 'reference'> & { readonly by: Submitter | null },
): GatewayCall {
  return { ...call, what: 'submission', origin: call.by?.origin ?? null };
}

/**
 * Makes a call that never throws and ends in time.
 * @param ask null: the gateway is not enabled
 * @param hide removes from a text what no log may contain
 */
export async function call<Ending extends { readonly kind: BankAnswer['kind'] }>(
  frame: CallFrame,
  about: GatewayCall,
  ask: ((signal: AbortSignal) => Promise<Ending>) | null,
  hide = (text: string): string => text,
): Promise<Ending | Unknown> {
  const { gateway, what, about: subject, reference, origin } = about;
  const ending =
    ask === null
      ? unknownBecause(`gateway ${gateway} is not enabled: name it in GATEWAYS`)
      : await watched(about, frame.ended, () => answerOrUnknown(frame.timeoutSeconds, ask));
  const warn = (happened: string): void => {
    const msg = `${what} of ${subject} ${reference} at ${gateway} ${happened}`;
    frame.logger.warn({ msg, request_id: origin?.request_id });
  };
  if (ending.kind === 'reference_reused')
    warn('was refused, because the gateway already has the reference; Bahi asks what it has under it');
  if (ending.kind !== 'unknown') return ending;
  const why = hide((ending as Unknown).why);
  warn(`has an unknown outcome: ${why}`);
  return { ...(ending as Unknown), why };
}

/** Makes the call a step of its trace, and reports how it ended. */
function watched<Ending extends Pick<BankAnswer, 'kind'>>(
  { gateway, what, about, reference, origin, by = null }: GatewayCall,
  ended: (call: GatewayCallEnded) => void,
  call: () => Promise<Answered<Ending>>,
): Promise<Answered<Ending>['ending']> {
  const attributes = { 'bahi.gateway': gateway, [`bahi.${about}.id`]: reference };
  const step: Step = { name: `${about === 'payout' ? 'bank' : about} ${what}`, kind: 'client', attributes };
  return inStep(step, origin, async (_, add) => {
    const began = performance.now();
    const answered = await call();
    const { ending } = answered;
    const seconds = (performance.now() - began) / 1_000;
    ended({ gateway, call: what, reference, by, ending: ending.kind, result: resultOf(answered), seconds });
    add({ 'bahi.ending': ending.kind });
    return ending;
  });
}
