import { z } from 'zod';
import { documented, type UnreadableEvent, unrecognizedStatus } from '../domain/callback-events.js';
import {
  type Charge,
  PaymentGateway,
  type CommonProviderEnding,
  type ProviderCallbackEnding,
  type ProviderEnding,
  type ProviderEvent,
  type ProviderInquiryEnding,
  type ProviderReference,
  type ProviderReported,
  type Quote,
  type RefundOrder,
} from '../domain/payment-gateway.js';
import { paymentFailureOf } from '../domain/provider-failures.js';
import { ask, type GatewayResponse, MAX_PAGE_BYTES } from './gateway-http.js';
import {
  intentEnding,
  isStripeId,
  refundEnding,
  STRIPE_ERROR,
  STRIPE_INTENT,
  STRIPE_LIST,
  STRIPE_QUOTE,
  STRIPE_REFUND,
  stripeFailure,
} from './provider-stripe-objects.js';
import { messageSignedBy } from '../domain/timed-signature.js';
import { type Callback, CURRENCIES } from '../gateways.language.js';
import type { StripeSettings } from '../gateways.settings.js';

/** The first version with FX Quotes, which are in preview. */
const API_VERSION = '2025-04-30.preview';

/** A reference whose Stripe id is not known is searched for in lists; after this many pages the search gives up. */
const PAGE = 100;
const MAX_PAGES = 10;

/** Clocks differ. */
const SLACK_SECONDS = 300;

/** An Event (https://docs.stripe.com/api/events/object). */
const EVENT = z.object({ id: z.string(), data: z.object({ object: z.looseObject({}) }) });

/**
 * An object with a reference. Events about charges, disputes, customers and so on are ignored, and so are objects that
 * another system has made in the same account: they have no reference.
 */
const OURS = z.looseObject({
  object: z.enum(['payment_intent', 'refund']),
  metadata: z.object({ reference: z.string() }),
});

const STRIPE_OBJECT = z.union([STRIPE_INTENT, STRIPE_REFUND]);
type StripeObject = z.infer<typeof STRIPE_OBJECT>;
type Found = ProviderReported<ProviderInquiryEnding>;

/**
 * Stripe, after its public documentation (https://docs.stripe.com/api): PaymentIntents that are confirmed when they are
 * created, refunds, FX Quotes for the rate, signed webhooks. Tested against a local double only.
 *
 * The reference is sent as the `Idempotency-Key` and in the metadata. Stripe forgets keys after a day at the earliest;
 * by then recovery has long ended, or waits for a person.
 */
export class Stripe extends PaymentGateway {
  override readonly name = 'stripe';
  override readonly capabilities = {
    currencies: CURRENCIES,
    idempotentSubmission: true,
    canBeInquired: true,
    // An order that is not among the last thousand may still be at Stripe.
    authoritativeInquiry: false,
    sendsCallbacks: true,
  };

  constructor(private readonly settings: StripeSettings) {
    super();
  }

  /** The rate is locked for an hour, which is longer than a charge takes. */
  override async quote(currency: string, signal: AbortSignal): Promise<Quote> {
    const form = { to_currency: 'inr', 'from_currencies[]': currency.toLowerCase(), lock_duration: 'hour' };
    const answer = await this.request('/v1/fx_quotes', { ...form, 'usage[type]': 'payment' }, signal);
    if (answer.status !== 200) throw new Error(`Stripe answered ${answer.status}`);
    const { id, rates } = STRIPE_QUOTE.parse(answer.json);
    const { exchange_rate } = rates[currency.toLowerCase()] ?? {};
    if (exchange_rate === undefined) throw new Error('Stripe answered about another currency');
    return { rate: String(exchange_rate), id };
  }

  override async charge(charge: Charge, signal: AbortSignal): Promise<ProviderReported<ProviderEnding>> {
    const { reference, amountMinor, currency, quote, description, customer, purposeCode } = charge;
    const method = customer?.paymentMethod ?? null;
    if (method === null) return { kind: 'rejected', failure: paymentFailureOf('payment_method_required') };
    const form = {
      amount: String(amountMinor),
      currency: currency.toLowerCase(),
      payment_method: method,
      confirm: 'true',
      off_session: 'true',
      error_on_requires_action: 'true',
      'metadata[reference]': reference,
      ...(quote?.id ? { fx_quote: quote.id } : {}),
      ...(description === null ? {} : { description }),
      ...(customer?.email ? { receipt_email: customer.email } : {}),
      ...(purposeCode === null ? {} : { 'metadata[purpose_code]': purposeCode }),
    };
    const of = { reference, amountMinor, currency, providerId: null };
    return this.submit('/v1/payment_intents', form, of, signal, () => this.inquireCharge(of, signal));
  }

  override async refund(order: RefundOrder, signal: AbortSignal): Promise<ProviderReported<ProviderEnding>> {
    const { reference, chargeProviderId, amountMinor, currency } = order;
    const form = {
      payment_intent: chargeProviderId,
      amount: String(amountMinor),
      'metadata[reference]': reference,
    };
    const of = { reference, amountMinor, currency, providerId: null, chargeProviderId };
    return this.submit('/v1/refunds', form, of, signal, () => this.inquireRefund(of, signal));
  }

  override inquireCharge(of: ProviderReference, signal: AbortSignal): Promise<Found> {
    if (isStripeId('payment_intent', of.providerId))
      return this.retrieve(`/v1/payment_intents/${of.providerId}`, of, signal);
    return this.search('/v1/payment_intents', { 'created[gte]': String(madeAt(of.reference)) }, of, signal);
  }

  override inquireRefund(of: ProviderReference, signal: AbortSignal): Promise<Found> {
    if (isStripeId('refund', of.providerId)) return this.retrieve(`/v1/refunds/${of.providerId}`, of, signal);
    return this.search('/v1/refunds', { payment_intent: of.chargeProviderId ?? '' }, of, signal);
  }

  override parseCallback(callback: Callback): (ProviderEvent | UnreadableEvent)[] {
    const message = messageSignedBy(this.settings.webhookSecrets, 'stripe-signature', callback);
    const event = EVENT.safeParse(message);
    if (!event.success) return [{ unreadable: 'the body is no event' }];
    const { id, data } = event.data;
    const ours = OURS.safeParse(data.object);
    if (!ours.success) return [];
    const { object, metadata } = ours.data;
    const subject = object === 'refund' ? 'refund' : 'payment';
    return [{ id, subject, reference: metadata.reference, ...reportOf(data.object) }];
  }

  /**
   * A refusal means that this request was not carried out. It means that nothing was carried out under the reference
   * only if Stripe has nothing there.
   */
  private async submit(
    path: string,
    form: Record<string, string>,
    of: ProviderReference,
    signal: AbortSignal,
    inquire: () => Promise<Found>,
  ): Promise<ProviderReported<ProviderEnding>> {
    const answer = await this.request(path, form, signal, of.reference);
    if (answer.status === 200) return { ...endingAbout(answer.json, of), digest: answer.digest };
    if (answer.status !== 400 && answer.status !== 402 && answer.status !== 404)
      throw new Error(`Stripe answered ${answer.status}`);
    const { error } = STRIPE_ERROR.parse(answer.json);
    if (error.type === 'idempotency_error') return { kind: 'reference_reused', digest: answer.digest };
    const there = await inquire();
    if (there.kind === 'not_found' || there.kind === 'rejected')
      return { ...there, kind: 'rejected', failure: stripeFailure(error), digest: answer.digest };
    throw new Error('Stripe refused the request, and has something under its reference');
  }

  private async retrieve(path: string, of: ProviderReference, signal: AbortSignal): Promise<Found> {
    const { status, json, digest } = await this.get(path, signal);
    if (status === 404 && STRIPE_ERROR.safeParse(json).success) return { kind: 'not_found', digest };
    if (status !== 200) throw new Error(`Stripe answered ${status}`);
    return { ...endingAbout(json, of), digest };
  }

  private async search(
    path: string,
    filter: Record<string, string>,
    of: ProviderReference,
    signal: AbortSignal,
  ): Promise<Found> {
    const list = STRIPE_LIST(STRIPE_OBJECT);
    let after: Record<string, string> = {};
    for (let pages = 1; pages <= MAX_PAGES; pages++) {
      const query = new URLSearchParams({ limit: String(PAGE), ...filter, ...after });
      const { status, json, digest } = await this.get(`${path}?${query.toString()}`, signal);
      if (status !== 200) throw new Error(`Stripe answered ${status}`);
      const { data, has_more } = list.parse(json);
      const found = data.find(({ metadata }) => metadata['reference'] === of.reference);
      if (found !== undefined) return { ...endingAbout(found, of), digest };
      if (!has_more) return { kind: 'not_found', digest };
      after = { starting_after: data.at(-1)!.id };
    }
    throw new Error(`the reference is not among the last ${PAGE * MAX_PAGES}`);
  }

  private request(
    path: string,
    form: Record<string, string>,
    signal: AbortSignal,
    key?: string,
  ): Promise<GatewayResponse> {
    const headers = { ...this.headers, ...(key === undefined ? {} : { 'idempotency-key': key }) };
    return ask(`${this.settings.url}${path}`, { method: 'POST', headers, form: new URLSearchParams(form), signal });
  }

  private get(path: string, signal: AbortSignal): Promise<GatewayResponse> {
    const request = { method: 'GET', headers: this.headers, maxBytes: MAX_PAGE_BYTES, signal } as const;
    return ask(`${this.settings.url}${path}`, request);
  }

  private get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.settings.secretKey}`, 'stripe-version': API_VERSION };
  }
}

/** @throws Error, which means an unknown outcome, when it is about something else */
function endingAbout(json: unknown, { reference }: ProviderReference): ProviderReported<CommonProviderEnding> {
  const found = STRIPE_OBJECT.parse(json);
  if (found.metadata['reference'] !== reference) throw new Error('Stripe answered about another reference');
  if (!isStripeId(found.object, found.id)) throw new Error('Stripe has answered with an id that is none of its');
  return { ...documented(endingOf(found)), transferred: takenOn(found) };
}

function takenOn({ amount, currency }: StripeObject): { amountMinor: bigint; currency: string } {
  return { amountMinor: BigInt(amount), currency: currency.toUpperCase() };
}

/** What a callback says about its object, as far as it can be read. */
function reportOf(object: { readonly status?: unknown }): Pick<ProviderEvent, 'amountMinor' | 'currency' | 'ending'> {
  const { success, data: found } = STRIPE_OBJECT.safeParse(object);
  if (!success || !isStripeId(found.object, found.id))
    return { amountMinor: null, currency: null, ending: unrecognizedStatus(object.status) };
  return { ...takenOn(found), ending: endingOf(found) };
}

function endingOf(found: StripeObject): ProviderCallbackEnding {
  return found.object === 'refund' ? refundEnding(found) : intentEnding(found);
}

/** When a reference was made, less the slack, in seconds since 1970: UUIDs of version 7 begin with it. 0: not known. */
function madeAt(reference: string): number {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(reference) ?? [];
  if (high === undefined || low === undefined) return 0;
  return Math.max(0, Math.floor(parseInt(high + low, 16) / 1000) - SLACK_SECONDS);
}
