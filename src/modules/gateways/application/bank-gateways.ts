import { Injectable, Logger } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import type { Origin } from '../../../shared/origin.js';
import { inquiryEndingFrom, submissionEndingFrom, unknownBecause } from '../domain/parse-bank-answer.js';
import type { BankGateway, InquiryEnding, SubmissionEnding } from '../domain/bank-gateway.js';
import { chooseMode, type OfferedMode, offeredModes, type Payable } from '../domain/transfer-modes.js';
import type { ListedOrder, OrderPeriod } from '../domain/listed-orders.js';
import { pagesOfOrders } from './pages-of-orders.js';
import type { Transfer } from '../domain/transfer.js';
import {
  call,
  type CallFrame,
  type GatewayCall,
  type GatewayCallEnded,
  submissionOf,
  type Submitter,
} from './gateway-call.js';
import type { BankAnswer, Callback, TransferMode } from '../gateways.language.js';

/**
 * The enabled banks, and the only way to call one.
 *
 * Every call ends within the time-out, never throws, and returns a valid ending. Anything but a clear answer (a
 * time-out, an exception, garbage, a bank that is no longer enabled) is `unknown`, never a failure: docs/adr/0004.
 */
@Injectable()
export class BankGateways implements CallFrame {
  readonly logger = new Logger(BankGateways.name);
  private readonly banks: ReadonlyMap<string, BankGateway>;

  constructor(
    banks: readonly BankGateway[],
    readonly timeoutSeconds: number,
    readonly ended: (call: GatewayCallEnded) => void = () => undefined,
  ) {
    this.banks = new Map(banks.map((bank) => [bank.name, bank]));
    assert(banks.length > 0, 'payouts need a bank');
    assert(this.banks.size === banks.length, 'a gateway name means one gateway');
  }

  /** In the order of `GATEWAYS`. */
  get all(): readonly Pick<BankGateway, 'name' | 'capabilities'>[] {
    return [...this.banks.values()];
  }

  /** The modes that at least one bank offers. */
  get offered(): readonly OfferedMode[] {
    return offeredModes(this.all.map(({ capabilities }) => capabilities));
  }

  /** The names of the banks that can be asked what became of a transfer. */
  get canBeInquired(): readonly string[] {
    return this.all.filter(({ capabilities }) => capabilities.canBeInquired).map(({ name }) => name);
  }

  /** What an enabled bank declares of itself; null if it is not enabled: a payout may outlive its bank. */
  get(name: string): Pick<BankGateway, 'name' | 'capabilities'> | null {
    return this.banks.get(name) ?? null;
  }

  /**
   * A mode by which at least one bank carries the amount.
   * @param wanted null: any mode that fits
   * @throws ModeNotSupported
   */
  chooseMode(wanted: TransferMode | null, payable: Payable): TransferMode {
    const capabilities = [...this.banks.values()].map((bank) => bank.capabilities);
    return chooseMode(capabilities, wanted, payable);
  }

  /** Asks the bank to pay. The caller has already committed the attempt: from here on the money may have moved. */
  submit(name: string, transfer: Transfer, by: Submitter | null = null): Promise<SubmissionEnding> {
    return this.call(
      submissionOf({ about: 'payout', gateway: name, reference: transfer.reference, by }),
      async (bank, signal) => submissionEndingFrom(await bank.submit(transfer, signal), transfer),
      hiding(transfer),
    );
  }

  /**
   * Asks the bank what became of a transfer. If the bank has another amount or account under the reference, the ending
   * is `unknown`, with `isAnother`.
   * @param transfer as it was submitted
   */
  inquire(name: string, transfer: Transfer, origin: Origin | null = null): Promise<InquiryEnding> {
    const call = { gateway: name, what: 'inquiry', about: 'payout', reference: transfer.reference, origin } as const;
    return this.call(
      call,
      async (bank, signal) =>
        bank.capabilities.canBeInquired
          ? inquiryEndingFrom(await bank.inquire(transfer, signal), transfer)
          : unknownBecause(`${name} cannot be asked; only its callback, or a person, can say`),
      hiding(transfer),
    );
  }

  /** The orders that the bank accepted in a period, page by page. @throws as {@link pagesOfOrders} */
  listOrders(name: string, period: OrderPeriod): AsyncGenerator<readonly ListedOrder[]> {
    return pagesOfOrders(this.banks.get(name), period, this.timeoutSeconds);
  }

  /**
   * The events of a callback, whose form is not checked yet.
   * @returns null when there is no such bank, or it sends no callbacks
   * @throws CallbackRefused, and whatever else the adapter throws
   */
  async parseCallback(
    name: string,
    callback: Callback,
  ): Promise<Awaited<ReturnType<BankGateway['parseCallback']>> | null> {
    const bank = this.banks.get(name);
    return bank?.capabilities.sendsCallbacks ? bank.parseCallback(callback) : null;
  }

  private call<Ending extends BankAnswer>(
    about: GatewayCall,
    ask: (bank: BankGateway, signal: AbortSignal) => Promise<Ending>,
    hide?: (text: string) => string,
  ) {
    const bank = this.banks.get(about.gateway);
    return call<Ending>(this, about, bank === undefined ? null : (signal) => ask(bank, signal), hide);
  }
}

/** Removes the account number or the VPA from a text: nothing that is logged or shown may reveal it. */
function hiding({ beneficiary }: Transfer): (text: string) => string {
  return (text) => text.replaceAll(beneficiary.accountNumber ?? beneficiary.vpa, 'XXXX');
}
