import type { Origin } from '../../../shared/origin.js';
import { inStep, type Step } from '../../../platform/tracing/spans.js';
import { unknownBecause } from '../domain/bank-answer.js';
import type { InquiryEnding } from '../domain/bank-gateway.js';
import type { Transfer } from '../domain/transfer.js';

/** One call to a bank: what is asked, about which payout, and for which request. */
export interface BankCall {
  readonly gateway: string;
  readonly what: 'submission' | 'inquiry';
  readonly reference: string;
  readonly origin: Origin | null;
}

/** The same for whoever measures. */
export interface EndedCall {
  readonly gateway: string;
  readonly call: BankCall['what'];
  readonly reference: string;
  readonly ending: InquiryEnding['kind'];
  readonly seconds: number;
}

/** Makes the call a step of its trace, and tells how it has ended. */
export function watched<Ending extends Pick<InquiryEnding, 'kind'>>(
  { gateway, what, reference, origin }: BankCall,
  ended: (call: EndedCall) => void,
  call: () => Promise<Ending>,
): Promise<Ending> {
  const attributes = { 'bahi.gateway': gateway, 'bahi.payout.id': reference };
  const step: Step = { name: `bank ${what}`, kind: 'client', attributes };
  return inStep(step, origin, async (_, add) => {
    const began = performance.now();
    const ending = await call();
    ended({ gateway, call: what, reference, ending: ending.kind, seconds: (performance.now() - began) / 1_000 });
    add({ 'bahi.ending': ending.kind });
    return ending;
  });
}

/**
 * Never throws, and ends in time. The signal alone would trust the adapter to obey it; the race alone would leave its
 * connection open.
 */
export async function inTime<Ending>(timeoutSeconds: number, ask: (signal: AbortSignal) => Promise<Ending>) {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const timeout = new Error(`no answer within ${timeoutSeconds} s`);
      reject(timeout);
      abort.abort(timeout);
    }, timeoutSeconds * 1000);
  });
  try {
    return await Promise.race([ask(abort.signal), tooLate]);
  } catch (error) {
    // Named decision: an exception says nothing about where the money is.
    return unknownBecause(messageOf(error));
  } finally {
    clearTimeout(timer);
  }
}

/** JavaScript throws anything, and errors of another realm are no `instanceof Error`. */
function messageOf(thrown: unknown): string {
  const message = (thrown as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' && message !== '' ? message : 'the call failed without an error';
}

/** The account number or the VPA: what no text that is logged or shown may give away. */
export function destinationOf({ beneficiary }: Transfer): string {
  return beneficiary.accountNumber ?? beneficiary.vpa;
}
