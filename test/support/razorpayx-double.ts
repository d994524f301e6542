import { createHmac, randomUUID } from 'node:crypto';
import type { RazorpayXSettings } from '../../src/modules/gateways/gateways.settings.js';
import { BankDouble, type DoubleAnswer, type DoubleDelays, type DoubleRequest } from './bank-double.js';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';

interface Payout {
  readonly id: string;
  readonly amount: number;
  readonly mode: string;
  /** Null: made by hand in the dashboard. */
  readonly referenceId: string | null;
  /** The last digits of the account number or the end of the VPA, which determine the outcome. */
  readonly ending: string;
  /** As it was sent; from then on it is referred to by its id. */
  readonly fundAccount: object;
  readonly utr: string;
  readonly receivedAt: number;
  /** Unix seconds; unlike `receivedAt` a test never changes it. */
  readonly createdAt: number;
}

/**
 * The times that https://razorpay.com/docs/api/pagination/ and the list of payments allow: 2000-01-01 to 2120-12-31.
 */
const [EARLIEST, LATEST] = [946_684_800, 4_765_046_400];

const SETTINGS = {
  keyId: 'rzp_test_key',
  keySecret: 'rzp_secret',
  accountNumber: '7878780080316316',
  webhookSecrets: ['whsec_of_razorpayx'],
};

/**
 * Behaves like RazorpayX's API as https://razorpay.com/docs/api/x/ describes it, including validation and idempotency.
 */
export function openRazorpayXDouble(delays: DoubleDelays): Promise<RazorpayXDouble> {
  return new RazorpayXDouble(delays).listen();
}

export class RazorpayXDouble extends BankDouble {
  private readonly payouts = new Map<string, Payout>();
  /** For each idempotency key: the body that was received, and the payout that it made. */
  private readonly keys = new Map<string, { readonly body: string; readonly payout: Payout }>();
  /** Payouts that Bahi did not send, or no longer has in its books. */
  private others: Payout[] = [];
  /** What it reports about a payout instead of the truth. */
  override: Record<string, unknown> = {};
  /** The documentation does not promise any order. */
  beforePage: (query: URLSearchParams) => void = () => undefined;
  /** The documentation does not say whether `from` and `to` are included in the period. */
  failing: (query: URLSearchParams) => number | null = () => null;
  /** The documentation does not promise that a page has as many payouts as were asked for. */
  inOrder: (payouts: Payout[]) => Payout[] = newestFirst;
  /** nor whether `from` and `to` are included in the period, */
  hasBorders = true;
  /** nor that a page has as many payouts as were asked for. */
  largestPage = 100;

  get settings(): RazorpayXSettings {
    return { url: this.url, ...SETTINGS };
  }

  callback(
    reference: string,
    event: 'succeeded' | 'rejected' | 'pending' | 'returned' | 'undocumented',
    change: { signedWithAnotherSecret?: boolean; amountPaise?: bigint; body?: string } = {},
  ): Callback {
    const payout = this.payouts.get(reference);
    const statuses = { succeeded: 'processed', rejected: 'failed', pending: 'processing', returned: 'reversed' };
    const status = { ...statuses, undocumented: 'initiated' }[event];
    const reason = { succeeded: 'payout_processed', pending: 'payout_bank_processing' }[event as 'succeeded'];
    const entity = {
      ...this.entity(payout ?? aPayout(reference), status, reason ?? 'bank_account_closed'),
      ...(change.amountPaise === undefined ? {} : { amount: Number(change.amountPaise) }),
    };
    const about = { entity: 'event', event: `payout.${status}`, contains: ['payout'] };
    const body = Buffer.from(change.body ?? JSON.stringify({ ...about, payload: { payout: { entity } } }));
    const secret = change.signedWithAnotherSecret ? 'guessed' : SETTINGS.webhookSecrets[0]!;
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { 'x-razorpay-signature': signature, 'x-razorpay-event-id': `ev_${reference}_${status}` };
    return { headers, body, receivedAt: new Date() };
  }

  /** Adds another payout of the account. */
  add(change: Partial<Pick<Payout, 'referenceId' | 'amount' | 'createdAt'>> = {}): void {
    this.others.push({ ...aPayout(null), ...change });
  }

  forget(reference: string): void {
    this.payouts.delete(reference);
    this.others = this.others.filter(({ referenceId }) => referenceId !== reference);
  }

  /** Returns the money now instead of after the delay. */
  returnNow(reference: string): void {
    const transfer = this.payouts.get(reference)!;
    this.payouts.set(reference, { ...transfer, receivedAt: 0 });
  }

  protected override async answer(request: DoubleRequest): Promise<DoubleAnswer> {
    const { method, path, headers, query } = request;
    const key = Buffer.from(`${SETTINGS.keyId}:${SETTINGS.keySecret}`).toString('base64');
    if (headers['authorization'] !== `Basic ${key}`) return refusal(401, 'Authentication failed');
    if (path !== '/v1/payouts') return refusal(404, 'The requested URL was not found on the server.');
    if (method === 'GET') return this.list(query);
    return this.create(request);
  }

  private list(query: URLSearchParams): DoubleAnswer {
    if (query.get('account_number') !== SETTINGS.accountNumber)
      return refusal(400, 'The account number field is required.', 'account_number');
    const wrong = whatIsWrongWithQuery(query);
    if (wrong !== null) return refusal(400, wrong);
    this.beforePage(query);
    const status = query.has('reference_id') ? null : this.failing(query);
    if (status !== null) return { status, text: '<html>Try again later</html>' };
    const [from, to] = [Number(query.get('from') ?? EARLIEST), Number(query.get('to') ?? LATEST)];
    const found = [...this.payouts.values(), ...this.others].filter(({ referenceId, createdAt }) => {
      const isWithin = this.hasBorders ? createdAt >= from && createdAt <= to : createdAt > from && createdAt < to;
      return isWithin && (!query.has('reference_id') || referenceId === query.get('reference_id'));
    });
    if (query.has('reference_id') && found[0]?.ending === '0008') return refusal(502, 'Bad gateway');
    const [skip, count] = [Number(query.get('skip') ?? 0), Number(query.get('count') ?? 10)];
    const page = this.inOrder(found).slice(skip, skip + Math.min(count, this.largestPage));
    const items = page.map((payout) => this.shown(payout));
    return { status: 200, json: { entity: 'collection', count: items.length, items } };
  }

  private async create({ headers, json }: DoubleRequest): Promise<DoubleAnswer> {
    const key = headers['x-payout-idempotency'];
    if (typeof key !== 'string' || !/^[A-Za-z0-9 _-]{4,36}$/.test(key))
      return refusal(400, 'X-Payout-Idempotency is required.', 'X-Payout-Idempotency');
    const body = JSON.stringify(json);
    const known = this.keys.get(key);
    if (known !== undefined && known.body !== body)
      return refusal(400, 'Different request body sent for the same Idempotency Key');
    if (known !== undefined) return this.answerAbout(known.payout);
    const wrong = whatIsWrongWith(json as Json);
    if (wrong !== null) return refusal(400, wrong);
    const { amount, mode, reference_id, fund_account } = json as Json;
    const account = (fund_account.bank_account?.account_number ?? fund_account.vpa?.address) as string;
    const ending = account.split('@')[0]!.slice(-4);
    if (ending === '0003') return 'hangs';
    const payout = { ...aPayout(reference_id), amount, mode, ending, fundAccount: fund_account };
    this.keys.set(key, { body, payout });
    this.payouts.set(reference_id, payout);
    if (ending !== '0002' && ending !== '0008') this.pay(reference_id);
    if (ending === '0004') return 'hangs';
    if (ending === '0009') return { status: 200, text: '<html>Welcome</html>' };
    if (ending === '0005') await this.after(this.delays.slowAnswerMs);
    return this.answerAbout(payout);
  }

  private answerAbout(payout: Payout): DoubleAnswer {
    if (payout.ending === '0008') return refusal(502, 'Bad gateway');
    // The answer to a composite request contains the fund account; a list contains only its id.
    return { status: 200, json: { fund_account: payout.fundAccount, ...this.shown(payout) } };
  }

  private shown(payout: Payout): object {
    const age = Date.now() - payout.receivedAt;
    if (payout.ending === '0002') return { ...this.entity(payout, 'failed', 'bank_account_closed'), utr: null };
    if (payout.ending === '0006' && age < this.delays.settlementMs)
      return { ...this.entity(payout, 'processing', 'payout_bank_processing'), utr: null };
    if (payout.ending === '0007' && age >= this.delays.returnMs)
      return this.entity(payout, 'reversed', 'bank_account_closed');
    return this.entity(payout, 'processed', 'payout_processed');
  }

  private entity({ id, amount, mode, referenceId, utr, createdAt }: Payout, status: string, reason: string): object {
    return {
      id,
      entity: 'payout',
      fund_account_id: 'fa_1',
      amount,
      currency: 'INR',
      notes: [],
      fees: 0,
      tax: 0,
      status,
      purpose: 'payout',
      utr,
      mode,
      reference_id: referenceId,
      narration: null,
      status_details: { reason, description: 'In words.', source: 'beneficiary_bank' },
      created_at: createdAt,
      ...this.override,
    };
  }
}

type Json = ReturnType<typeof JSON.parse>;

function aPayout(referenceId: string | null): Payout {
  const utr = `HDFCN5${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`;
  const id = `pout_${randomUUID().replaceAll('-', '').slice(0, 14)}`;
  const [receivedAt, createdAt] = [Date.now(), Math.floor(Date.now() / 1_000)];
  const to = { mode: 'IMPS', ending: '0001', fundAccount: {} };
  return { id, amount: 100, referenceId, ...to, utr, receivedAt, createdAt };
}

function newestFirst(payouts: Payout[]): Payout[] {
  return [...payouts].reverse().sort((one, other) => other.createdAt - one.createdAt);
}

/** The limits of a list's query. */
function whatIsWrongWithQuery(query: URLSearchParams): string | null {
  const isWithin = (name: string, least: number, most: number): boolean => {
    const value = query.get(name) ?? String(least);
    return /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most;
  };
  if (!isWithin('count', 1, 100)) return 'The count may not be greater than 100.';
  if (!isWithin('skip', 0, Infinity)) return 'The skip must be at least 0.';
  const time = ['from', 'to'].find((name) => !isWithin(name, EARLIEST, LATEST));
  return time === undefined ? null : `${time} must be between ${EARLIEST} and ${LATEST}.`;
}

/** The limits of a composite payout's fields. */
function whatIsWrongWith(json: Json): string | null {
  const { account_number, amount, currency, mode, purpose, fund_account, reference_id, narration } = json;
  if (account_number !== SETTINGS.accountNumber) return 'The account number is invalid.';
  if (!Number.isSafeInteger(amount) || amount < 100) return 'The amount must be at least INR 1.00.';
  if (currency !== 'INR' || purpose !== 'payout') return 'The currency or the purpose is invalid.';
  if (typeof reference_id !== 'string' || !/^[ -~]{1,40}$/.test(reference_id)) return 'The reference id is invalid.';
  if (narration !== undefined && !/^[a-zA-Z0-9 ]{1,30}$/.test(narration)) return 'The narration is invalid.';
  const { contact, bank_account, vpa, account_type } = fund_account ?? {};
  if (!/^.{3,50}$/.test(contact?.name ?? '')) return 'The contact name is invalid.';
  if (account_type === 'vpa')
    return mode === 'UPI' && /^[^@]+@[^@]+$/.test(vpa?.address) ? null : 'The vpa is invalid.';
  if (account_type !== 'bank_account' || !['IMPS', 'NEFT', 'RTGS'].includes(mode)) return 'The mode is invalid.';
  if (mode === 'RTGS' && amount < 2_00_000_00) return 'RTGS needs INR 2,00,000 or more.';
  if (!/^[A-Z]{4}0[A-Z0-9]{6}$/.test(bank_account?.ifsc)) return 'The ifsc is invalid.';
  return /^[a-zA-Z0-9]{5,35}$/.test(bank_account?.account_number) ? null : 'The account number is invalid.';
}

function refusal(status: number, description: string, field: string | null = null): DoubleAnswer {
  const error = {
    code: 'BAD_REQUEST_ERROR',
    description,
    source: 'business',
    step: 'NA',
    reason: 'input_validation_failed',
    metadata: {},
    field,
  };
  return { status, json: { error } };
}
