import { Injectable, Logger } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import type { Origin } from '../../../shared/origin.js';
import { inquiryEndingFrom, submissionEndingFrom, unknownBecause } from '../domain/bank-answer.js';
import type { BankGateway, InquiryEnding, SubmissionEnding, Transfer } from '../domain/bank-gateway.js';
import { type BankCall, type EndedCall, inTime, watched } from './bank-call.js';

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
  submit(name: string, transfer: Transfer, origin: Origin | null = null): Promise<SubmissionEnding> {
    const call = { gateway: name, what: 'submission', reference: transfer.reference, origin } as const;
    const hide = (text: string): string => text.replaceAll(transfer.beneficiary.accountNumber, 'XXXX');
    return this.call(call, async (bank, signal) => submissionEndingFrom(await bank.submit(transfer, signal)), hide);
  }

  /** Asks the bank what became of a reference. */
  inquire(name: string, reference: string, origin: Origin | null = null): Promise<InquiryEnding> {
    const call = { gateway: name, what: 'inquiry', reference, origin } as const;
    return this.call(call, async (bank, signal) => inquiryEndingFrom(await bank.inquire(reference, signal)));
  }

  private async call<Ending extends InquiryEnding>(
    call: BankCall,
    ask: (bank: BankGateway, signal: AbortSignal) => Promise<Ending>,
    hide = (text: string): string => text,
  ): Promise<Ending | { kind: 'unknown'; why: string }> {
    const { gateway, what, reference, origin } = call;
    const bank = this.banks.get(gateway);
    const ending =
      bank === undefined
        ? unknownBecause(`gateway ${gateway} is not enabled: name it in GATEWAYS`)
        : await watched(call, this.ended, () => inTime(this.timeoutSeconds, (signal) => ask(bank, signal)));
    if (ending.kind !== 'unknown') return ending;
    const why = hide(ending.why);
    const msg = `${what} of ${reference} at ${gateway} has an unknown outcome: ${why}`;
    this.logger.warn({ msg, request_id: origin?.request_id });
    return { kind: 'unknown', why };
  }
}
