import { Injectable, Logger } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import { inquiryEndingFrom, submissionEndingFrom, unknownBecause } from '../domain/bank-answer.js';
import type { BankGateway, InquiryEnding, SubmissionEnding, Transfer } from '../domain/bank-gateway.js';

/** One call to a bank, for whoever measures. */
export interface EndedCall {
  readonly gateway: string;
  readonly call: 'submission' | 'inquiry';
  readonly ending: InquiryEnding['kind'];
  readonly seconds: number;
}

/**
 * The enabled banks, and the only way to call one.
 *
 * Every call ends within the time-out, never throws, and gives an ending that is in order. What is no clear answer (a
 * time-out, an exception, garbage, a bank that is no longer enabled) is `unknown`, never a failure: docs/adr/0004.
 */
@Injectable()
export class BankGateways {
  private readonly logger = new Logger(BankGateways.name);
  private readonly banks: ReadonlyMap<string, BankGateway>;
  /** The bank for new payouts: the one that `GATEWAYS` names first. */
  readonly default: string;

  constructor(
    banks: readonly BankGateway[],
    private readonly timeoutSeconds: number,
    private readonly ended: (call: EndedCall) => void = () => undefined,
  ) {
    this.banks = new Map(banks.map((bank) => [bank.name, bank]));
    const [first] = banks;
    assert(first !== undefined, 'payouts need a bank');
    assert(this.banks.size === banks.length, 'a gateway name means one gateway');
    this.default = first.name;
  }

  /** What an enabled bank declares of itself, or null: a payout may outlive the bank that it was sent to. */
  get(name: string): Pick<BankGateway, 'name' | 'capabilities'> | null {
    return this.banks.get(name) ?? null;
  }

  /** Asks the bank to pay. The caller has committed that it is about to: from here on the money may have moved. */
  submit(name: string, transfer: Transfer): Promise<SubmissionEnding> {
    const call = { name, what: 'submission', reference: transfer.reference } as const;
    const hide = (text: string): string => text.replaceAll(transfer.beneficiary.accountNumber, 'XXXX');
    return this.call(call, async (bank, signal) => submissionEndingFrom(await bank.submit(transfer, signal)), hide);
  }

  /** Asks the bank what became of a reference. */
  inquire(name: string, reference: string): Promise<InquiryEnding> {
    const call = { name, what: 'inquiry', reference } as const;
    return this.call(call, async (bank, signal) => inquiryEndingFrom(await bank.inquire(reference, signal)));
  }

  private async call<Ending extends InquiryEnding>(
    { name, what, reference }: { name: string; what: EndedCall['call']; reference: string },
    ask: (bank: BankGateway, signal: AbortSignal) => Promise<Ending>,
    hide = (text: string): string => text,
  ): Promise<Ending | { kind: 'unknown'; why: string }> {
    const bank = this.banks.get(name);
    const began = performance.now();
    const ending =
      bank === undefined
        ? unknownBecause(`gateway ${name} is not enabled: name it in GATEWAYS`)
        : await this.inTime((signal) => ask(bank, signal));
    this.ended({ gateway: name, call: what, ending: ending.kind, seconds: (performance.now() - began) / 1_000 });
    if (ending.kind !== 'unknown') return ending;
    const why = hide(ending.why);
    this.logger.warn(`${what} of ${reference} at ${name} has an unknown outcome: ${why}`);
    return { kind: 'unknown', why };
  }

  /** The signal alone would trust the adapter to obey it; the race alone would leave its connection open. */
  private async inTime<Ending>(ask: (signal: AbortSignal) => Promise<Ending>) {
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const timeout = new Error(`no answer within ${this.timeoutSeconds} s`);
        reject(timeout);
        abort.abort(timeout);
      }, this.timeoutSeconds * 1000);
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
}

/** JavaScript throws anything, and errors of another realm are no `instanceof Error`. */
function messageOf(thrown: unknown): string {
  const message = (thrown as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' && message !== '' ? message : 'the call failed without an error';
}
