import { CallbackRefused, type UnreadableEvent, type Unrecognized } from './callback-events.js';
import type { Callback, ProviderAnswer } from '../gateways.language.js';

/** Money that a payer is charged. Submitted again, it is the same in every field. */
export interface Charge {
  /**
   * The payment's id, and the provider's idempotency key: one reference is one charge, however often it is submitted.
   */
  readonly reference: string;
  /** In minor units of the currency (ISO 4217): 12001 of USD are $120.01, 500 of JPY are ¥500. */
  readonly amountMinor: bigint;
  readonly currency: string;
  /** The rate at which it will be settled. Null for rupees. */
  readonly quote: Quote | null;
  readonly description: string | null;
  readonly customer: Payer | null;
  /** RBI purpose code of a remittance from abroad: `P0802`. */
  readonly purposeCode: string | null;
}

export interface Payer {
  readonly name: string | null;
  readonly email: string | null;
  /** What is charged, as the provider names it: a token such as `pm_…`, never a card number. */
  readonly paymentMethod: string | null;
}

/** A promise to settle one unit of a currency in so many rupees. */
export interface Quote {
  /** Rupees for one unit of the currency, a decimal with up to nine digits on either side: `83.25`. */
  readonly rate: string;
  /** The provider's id of the promise, to be named with the charge. Null where it needs none. */
  readonly id: string | null;
}

/** Money of a charge that goes back to the payer. Submitted again, it is the same in every field. */
export interface RefundOrder {
  /** The refund's id, and the provider's idempotency key. */
  readonly reference: string;
  readonly chargeReference: string;
  /** The provider's own id of the charge. */
  readonly chargeProviderId: string;
  /** In minor units of the charge's currency. */
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** Under which a charge or a refund is found again at the provider, and what was submitted. */
export interface ProviderReference {
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** The provider's own id, once it is known. */
  readonly providerId: string | null;
  /** Of a refund: the provider's id of the charge. */
  readonly chargeProviderId?: string;
}

/**
 * What a provider says of a charge or a refund, whatever it was asked, or by itself.
 *
 * - `succeeded`: the payer was charged, or is given the money back.
 * - `rejected`: it has not come about under this reference and never will. It must be certain.
 * - `pending`: the provider has it and has not decided.
 * - `unknown`: anything else. Never a failure, never a reason to submit again unasked.
 */
export type CommonProviderEnding = Exclude<ProviderAnswer, { kind: 'not_found' | 'reference_reused' }>;

/** What is known after a charge or a refund was submitted. `reference_reused`: as of a bank. */
export type ProviderEnding = Exclude<ProviderAnswer, { kind: 'not_found' }>;

/** `not_found`: the provider answered, and has nothing under this reference now. One alone proves nothing. */
export type ProviderInquiryEnding = Exclude<ProviderAnswer, { kind: 'reference_reused' }>;

/** What the provider has under the reference. What it does not tell is left out; that is not compared. */
export interface TakenOn {
  readonly amountMinor?: bigint;
  /** ISO 4217, in capitals. */
  readonly currency?: string;
}

/**
 * An ending as an adapter reports it. `PaymentGateways` compares `transferred` with what was submitted: of another
 * amount or currency no ending counts, so an adapter reports both and compares nothing.
 */
export type ProviderReported<Ending> = Ending & { readonly transferred?: TakenOn };

/** What a provider may report by a callback. What the adapter does not know as an ending is `unrecognized`. */
export type ProviderCallbackEnding = Exclude<CommonProviderEnding, { kind: 'unknown' }> | Unrecognized;

/** One event of a callback, whose signature the adapter has verified. */
export interface ProviderEvent {
  /** The provider's own id of the event, the same each time that it is delivered: 1 to 200 characters. */
  readonly id: string;
  readonly subject: 'payment' | 'refund';
  /** The reference, as it was submitted. */
  readonly reference: string;
  /**
   * What the provider has under the reference. It must be what was submitted. Null when it cannot be read; then the
   * ending is `unrecognized`.
   */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  readonly ending: ProviderCallbackEnding;
}

type ReceivedEvents = readonly (ProviderEvent | UnreadableEvent)[];

/** What recovery may rely on. A provider that does not promise a thing must say false: money depends on it. */
export interface ProviderCapabilities {
  /** ISO 4217 codes of what it charges in. */
  readonly currencies: readonly string[];
  /** A reference that is submitted twice is carried out once. Without it nothing is ever submitted again. */
  readonly idempotentSubmission: boolean;
  /** It can be asked what became of a reference. */
  readonly canBeInquired: boolean;
  /** A repeated `not_found` means that the provider never accepted the reference. */
  readonly authoritativeInquiry: boolean;
  readonly sendsCallbacks: boolean;
}

/**
 * A way for money to enter: one payment provider.
 *
 * An adapter translates and nothing more. It keeps no state, does not repeat calls, and may throw: callers go through
 * `PaymentGateways`, which bounds every call in time and takes what is no clear answer for `unknown`.
 * Never called inside a database transaction.
 */
export abstract class PaymentGateway {
  /** Stored with each payment and written in `GATEWAYS`. Unique among bank and payment gateways; never renamed. */
  abstract readonly name: string;
  abstract readonly capabilities: ProviderCapabilities;

  /** Asks for a rate into rupees, before anything is charged at it. Never called for INR. */
  abstract quote(currency: string, signal: AbortSignal): Promise<Quote>;

  /** Asks the provider to charge the payer. When `signal` aborts, the request is dropped, which does not unsend it. */
  abstract charge(charge: Charge, signal: AbortSignal): Promise<ProviderReported<ProviderEnding>>;

  /** Asks what became of a charge. Changes nothing at the provider. Never called unless `canBeInquired`. */
  abstract inquireCharge(of: ProviderReference, signal: AbortSignal): Promise<ProviderReported<ProviderInquiryEnding>>;

  /** Asks the provider to give money back. */
  abstract refund(order: RefundOrder, signal: AbortSignal): Promise<ProviderReported<ProviderEnding>>;

  /** Asks what became of a refund. Never called unless `canBeInquired`. */
  abstract inquireRefund(of: ProviderReference, signal: AbortSignal): Promise<ProviderReported<ProviderInquiryEnding>>;

  /**
   * Reads a callback; certain that the provider has sent it, and never throwing from then on, as
   * `BankGateway.parseCallback`.
   * @returns its events about charges and refunds; none for an event that is about something else
   * @throws CallbackRefused
   */
  parseCallback(_callback: Callback): Promise<ReceivedEvents> | ReceivedEvents {
    throw new CallbackRefused(`${this.name} sends no callbacks.`);
  }
}
