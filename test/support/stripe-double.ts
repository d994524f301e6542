import { randomUUID } from 'node:crypto';
import type { StripeSettings } from '../../src/modules/gateways/gateways.settings.js';
import { BankDouble, type DoubleAnswer, type DoubleDelays, type DoubleRequest } from './bank-double.js';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';
import { signedMessage } from '../../src/modules/simulators/infrastructure/signed-message.js';

type Form = Readonly<Record<string, string>>;

interface Made {
  readonly object: 'payment_intent' | 'refund';
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly reference: string;
  readonly paymentIntent: string | null;
  /** The last two digits of the amount, which determine the outcome. */
  readonly ending: string;
  readonly receivedAt: number;
}

const SECRET_KEY = 'sk_test_double';
const WEBHOOK_SECRET = 'whsec_double_of_tests';

/** Rupees per unit, as JSON numbers, which is how Stripe gives them. */
const RATES: Readonly<Record<string, number>> = { usd: 83.25, eur: 90.125, jpy: 0.5541, kwd: 271.3575 };

/** Behaves like Stripe's API as https://docs.stripe.com/api describes it: forms, idempotency keys, lists, quotes. */
export function openStripeDouble(delays: DoubleDelays): Promise<StripeDouble> {
  return new StripeDouble(delays).listen();
}

export class StripeDouble extends BankDouble {
  private readonly made = new Map<string, Made>();
  /** For each idempotency key: the request, and what it made. */
  private readonly keys = new Map<string, { readonly asked: string; readonly made: Made }>();
  private readonly quotes = new Set<string>();
  /** What it reports about an object instead of the truth. */
  override: Record<string, unknown> = {};
  /** The largest number of objects on a page of a list. */
  pageSize = 100;

  get settings(): StripeSettings {
    return { url: this.url, secretKey: SECRET_KEY, webhookSecrets: ['whsec_old_of_tests', WEBHOOK_SECRET] };
  }

  callback(
    reference: string,
    event: 'succeeded' | 'rejected' | 'pending' | 'undocumented',
    change: {
      signedWithAnotherSecret?: boolean;
      amountMinor?: bigint;
      sentAt?: Date;
      object?: string;
      body?: string;
    } = {},
  ): Callback {
    const made = this.find(reference)!;
    const isRefund = made.object === 'refund';
    const undocumented = 'initiated';
    const status = { succeeded: 'succeeded', rejected: 'failed', pending: 'pending', undocumented }[event];
    const intents = { succeeded: 'succeeded', rejected: 'requires_payment_method', pending: 'processing' };
    const intent = { ...intents, undocumented }[event];
    const last_payment_error = event === 'rejected' ? DECLINED : null;
    const object = {
      ...this.shown(made),
      ...(isRefund ? { status } : { status: intent, last_payment_error }),
      ...(change.amountMinor === undefined ? {} : { amount: Number(change.amountMinor) }),
      ...(change.object === undefined ? {} : { object: change.object }),
    };
    const type = isRefund ? 'refund.updated' : `payment_intent.${event}`;
    const message = { id: `evt_${made.id}_${event}`, object: 'event', type, data: { object } };
    const secret = change.signedWithAnotherSecret ? 'guessed' : WEBHOOK_SECRET;
    return {
      ...signedMessage(change.body ?? message, 'stripe-signature', secret, change.sentAt ?? new Date()),
      receivedAt: new Date(),
    };
  }

  protected override async answer(request: DoubleRequest): Promise<DoubleAnswer> {
    const { method, path, headers, query } = request;
    if (headers['authorization'] !== `Bearer ${SECRET_KEY}`) return refusal(401, 'invalid_request_error');
    if (headers['stripe-version'] === undefined) return refusal(400, 'invalid_request_error');
    const [, collection, id] = /^\/v1\/(payment_intents|refunds|fx_quotes)(?:\/(\w+))?$/.exec(path) ?? [];
    if (collection === undefined) return refusal(404, 'invalid_request_error', 'resource_missing');
    if (method === 'POST' && !String(headers['content-type']).startsWith('application/x-www-form-urlencoded'))
      return refusal(400, 'invalid_request_error');
    const form = (request.json ?? {}) as Form;
    if (collection === 'fx_quotes') return this.quote(form);
    const object = collection === 'refunds' ? 'refund' : 'payment_intent';
    if (method === 'POST') return this.create(object, form, headers['idempotency-key']);
    if (id !== undefined) return this.retrieve(id);
    return this.list(object, query);
  }

  private quote({ to_currency, 'from_currencies[]': from = '', lock_duration }: Form): DoubleAnswer {
    const rate = RATES[from];
    if (to_currency !== 'inr' || rate === undefined || lock_duration === undefined)
      return refusal(400, 'invalid_request_error', 'parameter_invalid');
    const id = `fxq_${randomUUID().slice(0, 8)}`;
    this.quotes.add(id);
    const rates = { [from]: { exchange_rate: rate } };
    return {
      status: 200,
      json: { id, object: 'fx_quote', lock_duration, lock_status: 'active', rates, ...this.override },
    };
  }

  private async create(object: Made['object'], form: Form, key: unknown): Promise<DoubleAnswer> {
    if (typeof key !== 'string') return refusal(400, 'invalid_request_error');
    const asked = JSON.stringify([object, form]);
    const known = this.keys.get(key);
    if (known !== undefined && known.asked !== asked) return refusal(400, 'idempotency_error');
    if (known !== undefined) return this.answerAbout(known.made);
    const wrong = object === 'refund' ? this.wrongWithRefund(form) : this.wrongWithIntent(form);
    if (wrong !== null) return wrong;
    const amount = Number(form['amount']);
    const ending = String(amount % 100).padStart(2, '0');
    if (ending === '03') return 'hangs';
    const paymentIntent = form['payment_intent'] ?? null;
    const currency = form['currency'] ?? this.made.get(paymentIntent ?? '')!.currency;
    const id = `${object === 'refund' ? 're' : 'pi'}_${randomUUID().slice(0, 8)}`;
    const reference = form['metadata[reference]'] ?? '';
    const made = { object, id, amount, currency, reference, paymentIntent, ending, receivedAt: Date.now() };
    this.keys.set(key, { asked, made });
    this.made.set(id, made);
    if (ending !== '02' && ending !== '08') this.pay(reference);
    if (ending === '04') return 'hangs';
    if (ending === '09') return { status: 200, text: '<html>Welcome</html>' };
    if (ending === '05') await this.after(this.delays.slowAnswerMs);
    return this.answerAbout(made);
  }

  private wrongWithIntent({ amount, currency, payment_method, confirm, fx_quote }: Form): DoubleAnswer | null {
    if (!/^[1-9]\d{0,7}$/.test(amount ?? '')) return refusal(400, 'invalid_request_error', 'amount_too_large');
    if (!/^[a-z]{3}$/.test(currency ?? '') || confirm !== 'true') return refusal(400, 'invalid_request_error');
    if (!payment_method?.startsWith('pm_')) return refusal(400, 'invalid_request_error', 'resource_missing');
    if ((currency === 'inr') !== (fx_quote === undefined)) return refusal(400, 'invalid_request_error');
    return fx_quote === undefined || this.quotes.has(fx_quote) ? null : refusal(400, 'invalid_request_error');
  }

  private wrongWithRefund({ amount, payment_intent }: Form): DoubleAnswer | null {
    const intent = this.made.get(payment_intent ?? '');
    if (intent?.object !== 'payment_intent') return refusal(404, 'invalid_request_error', 'resource_missing');
    const others = [...this.made.values()].filter((made) => made.paymentIntent === intent.id && made.ending !== '02');
    const left = others.reduce((rest, made) => rest - made.amount, intent.amount);
    return Number(amount) <= left ? null : refusal(400, 'invalid_request_error', 'charge_already_refunded');
  }

  private retrieve(id: string): DoubleAnswer {
    const made = this.made.get(id);
    if (made === undefined) return refusal(404, 'invalid_request_error', 'resource_missing');
    return made.ending === '08' ? refusal(500, 'api_error') : { status: 200, json: this.shown(made) };
  }

  private list(object: Made['object'], query: URLSearchParams): DoubleAnswer {
    const [since, of, after] = [query.get('created[gte]'), query.get('payment_intent'), query.get('starting_after')];
    const all = [...this.made.values()].reverse().filter((made) => made.object === object);
    const found = all.filter(({ paymentIntent }) => of === null || paymentIntent === of);
    if (found.some(({ ending }) => ending === '08')) return refusal(500, 'api_error');
    const young = found.filter(({ receivedAt }) => since === null || receivedAt / 1000 >= Number(since));
    const rest = young.slice(after === null ? 0 : young.findIndex(({ id }) => id === after) + 1);
    const data = rest.slice(0, this.pageSize).map((made) => this.shown(made));
    return { status: 200, json: { object: 'list', data, has_more: rest.length > data.length } };
  }

  private answerAbout(made: Made): DoubleAnswer {
    if (made.ending === '08') return refusal(500, 'api_error');
    if (made.ending !== '02') return { status: 200, json: this.shown(made) };
    if (made.object === 'refund') return { status: 200, json: this.shown(made) };
    return { status: 402, json: { error: { ...DECLINED, payment_intent: this.shown(made) } } };
  }

  private shown(made: Made): object {
    const { object, id, amount, currency, reference, paymentIntent } = made;
    const about = { object, id, amount, currency, metadata: { reference }, payment_intent: paymentIntent };
    return { ...about, ...this.statusOf(made), ...this.override };
  }

  private statusOf({ object, ending, receivedAt }: Made): object {
    const isRefund = object === 'refund';
    if (ending === '02' && isRefund) return { status: 'failed' };
    if (ending === '02') return { status: 'requires_payment_method', last_payment_error: DECLINED };
    const isSettled = ending !== '06' || Date.now() - receivedAt >= this.delays.settlementMs;
    const pending = isRefund ? 'pending' : 'processing';
    return { status: isSettled ? 'succeeded' : pending, last_payment_error: null };
  }

  private find(reference: string): Made | undefined {
    return [...this.made.values()].find((made) => made.reference === reference);
  }
}

const DECLINED = { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' };

function refusal(status: number, type: string, code: string | null = null): DoubleAnswer {
  return { status, json: { error: { type, code, message: 'In words.' } } };
}
