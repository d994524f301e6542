import { CallbackRefused, type UnreadableEvent, type Unrecognized } from './callback-events.js';
import type { Callback, ProviderAnswer } from '../gateways.language.js';

/** Money that a payer is charged. When it is submitted again, every field is the same. */
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
  /** The provider's name for what is charged: a token such as `pm_…`, never a card number. */
  readonly paymentMethod: string | null;
}

/** A provider's promise to settle a currency at this rate. */
export interface Quote {
  /** Rupees for one unit of the currency, a decimal with up to nine digits on either side: `83.25`. */
  readonly rate: string;
  /** The provider's id of the promise, sent with the charge. Null if the provider needs none. */
  readonly id: string | null;
}

/** Money of a charge that goes back to the payer. When it is submitted again, every field is the same. */
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

/** What was submitted, and the ids by which the provider finds the charge or refund again. */
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
 * What a provider says about a charge or a refund, in an answer to any question or in a callback.
 *
 * - `succeeded`: the payer was charged, or gets the money back.
 * - `rejected`: nothing was carried out under this reference, and nothing ever will be. It must be certain.
 * - `pending`: the provider has it and has not decided.
 * - `unknown`: anything else. It is never a failure, and never a reason to submit again without an inquiry.
 */
export type CommonProviderEnding = Exclude<ProviderAnswer, { kind: 'not_found' | 'reference_reused' }>;

/** What is known after a charge or a refund was submitted. `reference_reused` means the same as for a bank. */
export type ProviderEnding = Exclude<ProviderAnswer, { kind: 'not_found' }>;

/** `not_found`: the provider answered, and has nothing under this reference now. One alone proves nothing. */
export type ProviderInquiryEnding = Exclude<ProviderAnswer, { kind: 'reference_reused' }>;

/** What the provider has under the reference. A field that it does not tell is left out, and is not compared. */
export interface TakenOn {
  readonly amountMinor?: bigint;
  /** ISO 4217, in capitals. */
  readonly currency?: string;
}

/**
 * An ending as an adapter reports it. The adapter reports amount and currency in `transferred` and compares nothing:
 * `PaymentGateways` compares them with what was submitted, and an ending about another amount or currency does not
 * count.
 */
export type ProviderReported<Ending> = Ending & { readonly transferred?: TakenOn };

/** What a provider may report by a callback. An ending that the adapter does not know is `unrecognized`. */
export type ProviderCallbackEnding = Exclude<CommonProviderEnding, { kind: 'unknown' }> | Unrecognized;

/** One event of a callback, whose signature the adapter has verified. */
export interface ProviderEvent {
  /** The provider's own id of the event, the same at each delivery: 1 to 200 characters. */
  readonly id: string;
  readonly subject: 'payment' | 'refund';
  /** The reference, as it was submitted. */
  readonly reference: string;
  /**
   * The amount that the provider has under the reference. It must be the amount that was submitted. Null when it cannot
   * be read; then the ending is `unrecognized`.
   */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  readonly ending: ProviderCallbackEnding;
}

type ReceivedEvents = readonly (ProviderEvent | UnreadableEvent)[];

/** What recovery may rely on. What a provider does not promise must be declared false: money depends on it. */
export interface ProviderCapabilities {
  /** ISO 4217 codes of the currencies that it charges in. */
  readonly currencies: readonly string[];
  /** A reference that is submitted twice is carried out once. Without this promise nothing is ever submitted again. */
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
 * `PaymentGateways`, which limits the time of every call and turns an unclear answer into `unknown`.
 * Never called inside a database transaction.
 */
export abstract class PaymentGateway {
  /** Stored with each payment and written in `GATEWAYS`. Unique among bank and payment gateways; never renamed. */
  abstract readonly name: string;
  abstract readonly capabilities: ProviderCapabilities;

  /** Asks for a rate into rupees, before the charge. Never called for INR. */
  abstract quote(currency: string, signal: AbortSignal): Promise<Quote>;

  /** Asks for a charge. When `signal` aborts, the request is dropped, but the provider may already have it. */
  abstract charge(charge: Charge, signal: AbortSignal): Promise<ProviderReported<ProviderEnding>>;

  /** Asks what became of a charge. Changes nothing at the provider. Never called unless `canBeInquired`. */
  abstract inquireCharge(of: ProviderReference, signal: AbortSignal): Promise<ProviderReported<ProviderInquiryEnding>>;

  /** Asks the provider to give money back. */
  abstract refund(order: RefundOrder, signal: AbortSignal): Promise<ProviderReported<ProviderEnding>>;

  /** Asks what became of a refund. Never called unless `canBeInquired`. */
  abstract inquireRefund(of: ProviderReference, signal: AbortSignal): Promise<ProviderReported<ProviderInquiryEnding>>;

  /**
   * Reads a callback. As in `BankGateway.parseCallback`, it must be certain that the provider sent it, and once it is,
   * nothing may throw.
   * @returns its events about charges and refunds; none for an event that is about something else
   * @throws CallbackRefused
   */
  parseCallback(_callback: Callback): Promise<ReceivedEvents> | ReceivedEvents {
    throw new CallbackRefused(`${this.name} sends no callbacks.`);
  }
}
