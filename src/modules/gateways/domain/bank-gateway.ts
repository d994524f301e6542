import { CallbackRefused, type UnreadableEvent, type Unrecognized } from './callback-events.js';
import type { OrderPage, OrderPeriod } from './listed-orders.js';
import type { Transfer } from './transfer.js';
import type { BankAnswer, Callback, ModeLimits, TransferMode } from '../gateways.language.js';

/**
 * What a bank says of a transfer, whatever it was asked, or by itself.
 *
 * - `succeeded`: the money is on its way and the bank names the transfer by its UTR (unique transaction reference).
 * - `rejected`: the bank has not paid this reference and never will. It must be certain: the hold is released for it.
 *   With the UTR of the transfer, where the bank names it: it may have called the transfer paid before.
 * - `pending`: the bank has it and has not decided. The outcome comes by inquiry or by callback. `code` says for what
 *   it waits, where the bank says so.
 * - `returned`: the bank itself says that the money has come back, whatever it writes beside it. One inquiry that says
 *   so gives it back to the merchant.
 * - `unknown`: anything else. It may have been paid. Never a failure, never a reason to submit again unasked.
 */
export type CommonEnding = Exclude<BankAnswer, { kind: 'not_found' | 'reference_reused' }>;

/**
 * What is known after a submission. `reference_reused`: the bank refuses it because it has the reference already. What it
 * has there may be this transfer, paid or not, or another one, so that proves nothing: it is asked, and its `not_found`
 * counts no more.
 */
export type SubmissionEnding = Exclude<BankAnswer, { kind: 'not_found' }>;

/**
 * What is known after an inquiry. `not_found`: the bank answered, and has nothing under this reference *now*.
 * A submission may still be on its way to it, and its index may lag, so one `not_found` alone proves nothing.
 */
export type InquiryEnding = Exclude<BankAnswer, { kind: 'reference_reused' }>;

/**
 * What the bank says that it carries, or carried, under the reference, as far as it says so. Numbers may be masked
 * (`XXXXXX6789`); then they are compared by what they show. The IFSC is left out: banks write that of another branch.
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
 * An ending as an adapter reports it. `BankGateways` compares `transferred` with what was submitted: of another amount
 * or account no ending counts, so an adapter reports both and compares nothing.
 */
export type Reported<Ending> = Ending & { readonly transferred?: Transferred };

/** What a bank may report by a callback. What the adapter does not know as an ending is `unrecognized`, never skipped. */
export type CallbackEnding = Exclude<CommonEnding, { kind: 'unknown' }> | Unrecognized;

/** One event of a callback, whose signature the adapter has verified. */
export interface CallbackEvent {
  /** The bank's own id of the event, the same each time that it is delivered: 1 to 200 characters. */
  readonly id: string;
  /** The reference of the transfer, as it was submitted. */
  readonly reference: string;
  /**
   * What the bank has, or had, under the reference. It must be what was submitted. Null when it cannot be read; then
   * the ending is `unrecognized`.
   */
  readonly amountPaise: bigint | null;
  /** Where it went, as far as the bank says so. It is compared as that of an answer is. */
  readonly destination?: Destination;
  readonly ending: CallbackEnding;
}

type ReceivedEvents = readonly (CallbackEvent | UnreadableEvent)[];

/** What recovery and routing may rely on. A bank that does not promise a thing must say false: money depends on it. */
export interface BankCapabilities {
  /** The modes that it offers. Limits of its own stand in for those of the payment system. */
  readonly modes: Readonly<Partial<Record<TransferMode, ModeLimits>>>;
  /** A reference that is submitted twice is paid once. Without it nothing is ever submitted again. */
  readonly idempotentSubmission: boolean;
  /** It can be asked what became of a reference. Otherwise only its callbacks, or a person, can say. */
  readonly canBeInquired: boolean;
  /** A repeated `not_found` means that the bank never accepted the reference. Without it that proves nothing. */
  readonly authoritativeInquiry: boolean;
  readonly sendsCallbacks: boolean;
  /** It can be asked to give a transfer up. Shown to operators; nothing is cancelled at a bank by itself. */
  readonly canCancel: boolean;
  /** It lists its orders of a period, so that what is missing in the books is found (`bahi compare --with-bank`). */
  readonly canListOrders: boolean;
  /** What is not in that list, a moment later, was never taken on. Without it what the list lacks proves nothing. */
  readonly authoritativeList: boolean;
}

/** All modes, with the limits of the payment systems. */
export const EVERY_MODE = { IMPS: {}, NEFT: {}, RTGS: {}, UPI: {} } as const satisfies BankCapabilities['modes'];

/**
 * A way for money to leave: one bank or payout provider.
 *
 * An adapter translates and nothing more. It keeps no state of the payout, does not repeat calls, and may throw:
 * callers go through `BankGateways`, which bounds every call in time and takes what is no clear answer for `unknown`.
 * Never called inside a database transaction.
 */
export abstract class BankGateway {
  /** Stored with each payout and written in `GATEWAYS`. Unique among bank and payment gateways; never renamed. */
  abstract readonly name: string;
  abstract readonly capabilities: BankCapabilities;

  /** Asks the bank to pay. When `signal` aborts, the request is dropped, which does not unsend it. */
  abstract submit(transfer: Transfer, signal: AbortSignal): Promise<Reported<SubmissionEnding>>;

  /**
   * Asks what became of `transfer.reference`. Changes nothing at the bank. Never called unless `canBeInquired`.
   * @param transfer as it was submitted
   */
  abstract inquire(transfer: Transfer, signal: AbortSignal): Promise<Reported<InquiryEnding>>;

  /**
   * Asks for the bank's orders that it has taken on in a period, whatever has become of them, in pages. Never called unless
   * `canListOrders`. An order that is left out looks as if it had never been there: what cannot be read, or moves while it
   * is read, is no list, and where the bank's list may lag, `authoritativeList` must not be declared.
   * @param after `next` of the page before; null: the first one
   * @throws Error for what is no list; asked for again, it may be one
   * @throws AskLater when the bank says how long it wants to be left alone
   * @throws AccessRefused when it refuses whoever asks: it is not asked again
   */
  listOrders(_period: OrderPeriod, _after: string | null, _signal: AbortSignal): Promise<OrderPage> {
    throw new Error(`${this.name} does not list its orders.`);
  }

  /**
   * Reads a callback. It must be certain that the bank has sent it: compare signatures in constant time, and refuse
   * what is signed for another time where the bank signs the time. Once the signature is right nothing may throw: the
   * bank would deliver it again and again, and in the end nothing any more.
   * @returns its events about transfers; none for an event that is about something else
   * @throws CallbackRefused
   */
  parseCallback(_callback: Callback): Promise<ReceivedEvents> | ReceivedEvents {
    throw new CallbackRefused(`${this.name} sends no callbacks.`);
  }
}
