import { CallbackRefused, type UnreadableEvent, type Unrecognized } from './callback-events.js';
import type { OrderPage, OrderPeriod } from './listed-orders.js';
import type { Transfer } from './transfer.js';
import type { BankAnswer, Callback, ModeLimits, TransferMode } from '../gateways.language.js';

/**
 * What a bank says about a transfer, in an answer to any question or in a callback.
 *
 * - `succeeded`: the money is on its way and the bank names the transfer by its UTR (unique transaction reference).
 * - `rejected`: the bank has not paid this reference and never will. It must be certain, because the hold is released.
 *   It carries the UTR of the transfer if the bank names one: the bank may have called the transfer paid before.
 * - `pending`: the bank has the transfer and has not decided. The outcome comes by inquiry or by callback. `code` says
 *   what the transfer waits for, if the bank says so.
 * - `returned`: the bank itself says that the money has come back, whatever else it writes. One inquiry that says so
 *   gives the money back to the merchant.
 * - `unknown`: anything else. The transfer may have been paid. It is never a failure, and never a reason to submit
 *   again without an inquiry.
 */
export type CommonEnding = Exclude<BankAnswer, { kind: 'not_found' | 'reference_reused' }>;

/**
 * What is known after a submission. `reference_reused`: the bank refuses it because it already has the reference. That
 * proves nothing: under the reference it may have this transfer, paid or not, or another one. So the bank is asked, and
 * from then on its `not_found` no longer counts.
 */
export type SubmissionEnding = Exclude<BankAnswer, { kind: 'not_found' }>;

/**
 * What is known after an inquiry. `not_found`: the bank answered, and has nothing under this reference *now*.
 * A submission may still be on its way to the bank, and its index may lag, so one `not_found` alone proves nothing.
 */
export type InquiryEnding = Exclude<BankAnswer, { kind: 'reference_reused' }>;

/**
 * The transfer that the bank says it has under the reference, as far as it says so. Numbers may be masked
 * (`XXXXXX6789`); then only the visible digits are compared. There is no IFSC: banks write that of another branch.
 */
export interface Transferred extends Destination {
  readonly amountPaise?: bigint;
}

/** An account or a VPA, as a bank shows it. */
export interface Destination {
  readonly accountNumber?: string | null;
  readonly vpa?: string | null;
}

/**
 * An ending as an adapter reports it. The adapter reports amount and account in `transferred` and compares nothing:
 * `BankGateways` compares them with what was submitted, and an ending about another amount or account does not count.
 */
export type Reported<Ending> = Ending & { readonly transferred?: Transferred };

/** What a bank may report by a callback. An ending that the adapter does not know is `unrecognized`, never skipped. */
export type CallbackEnding = Exclude<CommonEnding, { kind: 'unknown' }> | Unrecognized;

/** One event of a callback, whose signature the adapter has verified. */
export interface CallbackEvent {
  /** The bank's own id of the event, the same at each delivery: 1 to 200 characters. */
  readonly id: string;
  /** The reference of the transfer, as it was submitted. */
  readonly reference: string;
  /**
   * The amount that the bank has, or had, under the reference. It must be the amount that was submitted. Null when it
   * cannot be read; then the ending is `unrecognized`.
   */
  readonly amountPaise: bigint | null;
  /** Where the money went, as far as the bank says so. It is compared in the same way as in an answer. */
  readonly destination?: Destination;
  readonly ending: CallbackEnding;
}

type ReceivedEvents = readonly (CallbackEvent | UnreadableEvent)[];

/** What recovery and routing may rely on. What a bank does not promise must be declared false: money depends on it. */
export interface BankCapabilities {
  /** The modes that it offers. Limits given here replace those of the payment system. */
  readonly modes: Readonly<Partial<Record<TransferMode, ModeLimits>>>;
  /** A reference that is submitted twice is paid once. Without this promise nothing is ever submitted again. */
  readonly idempotentSubmission: boolean;
  /** It can be asked what became of a reference. Otherwise only its callbacks, or a person, can say. */
  readonly canBeInquired: boolean;
  /** A repeated `not_found` means that the bank never accepted the reference. Without this it proves nothing. */
  readonly authoritativeInquiry: boolean;
  readonly sendsCallbacks: boolean;
  /** It can be asked to cancel a transfer. Shown to operators; Bahi itself cancels nothing at a bank. */
  readonly canCancel: boolean;
  /** It lists its orders of a period, so that `bahi compare --with-bank` finds what is missing in the books. */
  readonly canListOrders: boolean;
  /** An order that is not in that list a moment later was never accepted. Without this a gap proves nothing. */
  readonly authoritativeList: boolean;
}

/** All modes, with the limits of the payment systems. */
export const EVERY_MODE = { IMPS: {}, NEFT: {}, RTGS: {}, UPI: {} } as const satisfies BankCapabilities['modes'];

/**
 * A way for money to leave: one bank or payout provider.
 *
 * An adapter translates and nothing more. It keeps no state of the payout, does not repeat calls, and may throw:
 * callers go through `BankGateways`, which limits the time of every call and turns an unclear answer into `unknown`.
 * Never called inside a database transaction.
 */
export abstract class BankGateway {
  /** Stored with each payout and written in `GATEWAYS`. Unique among bank and payment gateways; never renamed. */
  abstract readonly name: string;
  abstract readonly capabilities: BankCapabilities;

  /** Asks the bank to pay. When `signal` aborts, the request is dropped, but the bank may already have it. */
  abstract submit(transfer: Transfer, signal: AbortSignal): Promise<Reported<SubmissionEnding>>;

  /**
   * Asks what became of `transfer.reference`. Changes nothing at the bank. Never called unless `canBeInquired`.
   * @param transfer as it was submitted
   */
  abstract inquire(transfer: Transfer, signal: AbortSignal): Promise<Reported<InquiryEnding>>;

  /**
   * Lists the orders that the bank accepted in a period, whatever became of them, in pages. Never called unless
   * `canListOrders`. An order that is left out looks as if the bank never had it. So the adapter throws when a page
   * cannot be read or the list changes while it is read, and does not declare `authoritativeList` if the list may lag.
   * @param after `next` of the page before; null: the first page
   * @throws Error when the answer is not a complete list; another try may succeed
   * @throws AskLater when the bank says how long to wait before the next request
   * @throws AccessRefused when it refuses the credentials or the address: it is not asked again
   */
  listOrders(_period: OrderPeriod, _after: string | null, _signal: AbortSignal): Promise<OrderPage> {
    throw new Error(`${this.name} does not list its orders.`);
  }

  /**
   * Reads a callback. It must be certain that the bank sent it: compare signatures in constant time, and, if the bank
   * signs the time, refuse a signature for another time. Once the signature is right nothing may throw: the bank would
   * deliver the callback again and again, and in the end stop sending callbacks.
   * @returns its events about transfers; none for an event that is about something else
   * @throws CallbackRefused
   */
  parseCallback(_callback: Callback): Promise<ReceivedEvents> | ReceivedEvents {
    throw new CallbackRefused(`${this.name} sends no callbacks.`);
  }
}
