import { createHmac, randomUUID } from 'node:crypto';
import type { ToyBankSettings } from '../../src/modules/gateways/gateways.settings.js';
import { BankDouble, type DoubleAnswer, type DoubleDelays, type DoubleRequest } from './bank-double.js';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';

interface Transfer {
  readonly reference: string;
  readonly paise: number;
  readonly account: string;
  readonly ifsc: string;
  readonly utr: string;
  readonly receivedAt: number;
}

/** The number of orders on a page of its list. */
const PAGE = 3;

const SECRET = 'toy-secret-of-tests';
const KEY = 'toy-key';

/** The bank of the example, as its imaginary documentation describes it: docs/adding-a-gateway.md. */
export async function openToyBankDouble(delays: DoubleDelays): Promise<ToyBankDouble> {
  return new ToyBankDouble(delays).listen();
}

export class ToyBankDouble extends BankDouble {
  private readonly transfers = new Map<string, Transfer>();
  /** What it reports about a transfer instead of the truth. */
  override: Record<string, unknown> = {};
  /** Its index lags: inquiries find nothing, although it recognizes every reference that is sent again. */
  findsNothing = false;
  /** Called before each page of its list. */
  beforePage: () => unknown = () => undefined;

  get settings(): ToyBankSettings {
    return { url: this.url, key: KEY, callbackSecrets: [SECRET] };
  }

  /** The callback as the bank would send it. */
  callback(
    reference: string,
    event: 'succeeded' | 'rejected' | 'pending' | 'returned' | 'undocumented',
    change: { signedWithAnotherSecret?: boolean; amountPaise?: bigint; body?: string } = {},
  ): Callback {
    const { paise = 100, utr = null } = this.transfers.get(reference) ?? {};
    const states = { succeeded: 'done', rejected: 'refused', pending: 'working', returned: 'sent_back' };
    const state = { ...states, undocumented: 'initiated' }[event];
    const transfer = { reference, paise: Number(change.amountPaise ?? paise), state, utr, reason: 'closed' };
    const body = Buffer.from(change.body ?? JSON.stringify({ id: `${reference}/${state}`, transfer }));
    const secret = change.signedWithAnotherSecret ? 'guessed' : SECRET;
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return { headers: { 'x-toy-signature': signature }, body, receivedAt: new Date() };
  }

  /** Adds an order that Bahi has lost. */
  add(reference: string, receivedAt: number): void {
    const to = { account: '50100123450001', ifsc: 'HDFC0000001', utr: `TOYB${reference.slice(0, 8)}` };
    this.transfers.set(reference, { reference, paise: 123_45, ...to, receivedAt });
  }

  forget(reference: string): void {
    this.transfers.delete(reference);
  }

  /** Returns the money now instead of after the delay. */
  returnNow(reference: string): void {
    const transfer = this.transfers.get(reference)!;
    this.transfers.set(reference, { ...transfer, receivedAt: 0 });
  }

  protected override async answer({ method, path, query, headers, json }: DoubleRequest): Promise<DoubleAnswer> {
    if (headers['authorization'] !== `Bearer ${KEY}`) return { status: 401, json: { error: 'who are you?' } };
    const [, collection, reference] = path.split('/');
    if (collection !== 'transfers') return { status: 404, json: { error: 'no such path' } };
    if (method === 'GET' && reference === undefined) {
      await this.beforePage();
      return { status: 200, json: this.list(query) };
    }
    if (method === 'GET' && this.findsNothing) return { status: 404, json: { error: 'no such transfer' } };
    if (method === 'GET') return this.look(decodeURIComponent(reference ?? ''));
    return this.take(json as Record<string, unknown>);
  }

  /** The orders that it accepted in a period, oldest first. */
  private list(query: URLSearchParams): object {
    const [from, to] = ['from', 'to'].map((name) => Date.parse(query.get(name) ?? '')) as [number, number];
    const start = Number(query.get('after') ?? 0);
    const all = [...this.transfers.values()].filter(({ receivedAt }) => receivedAt >= from && receivedAt < to);
    const transfers = all.slice(start, start + PAGE).map(({ reference, paise, receivedAt }) => {
      return { reference, paise, received_at: new Date(receivedAt).toISOString() };
    });
    return { transfers, next: all.length > start + PAGE ? String(start + PAGE) : null };
  }

  private look(reference: string): DoubleAnswer {
    const transfer = this.transfers.get(reference);
    if (transfer === undefined) return { status: 404, json: { error: 'no such transfer' } };
    if (transfer.account.endsWith('0008')) return { status: 503, json: { error: 'down' } };
    return { status: 200, json: this.shown(transfer) };
  }

  private async take(asked: Record<string, unknown>): Promise<DoubleAnswer> {
    const { reference, paise, mode, account, ifsc } = asked;
    const inOrder =
      typeof reference === 'string' &&
      /^[!-~]{1,60}$/.test(reference) &&
      Number.isSafeInteger(paise) &&
      (paise as number) > 0 &&
      (mode === 'IMPS' || mode === 'NEFT') &&
      typeof account === 'string' &&
      typeof ifsc === 'string';
    if (!inOrder) return { status: 400, json: { error: 'not in order' } };
    const known = this.transfers.get(reference);
    if (known !== undefined) {
      const same = known.paise === paise && known.account === account && known.ifsc === ifsc;
      return same && !this.findsNothing
        ? this.look(reference)
        : { status: 409, json: { error: 'a transfer has this reference' } };
    }
    if (account.endsWith('0003')) return 'hangs';
    const utr = `TOYB${randomUUID().replaceAll('-', '').slice(0, 12).toUpperCase()}`;
    const transfer = { reference, paise: paise as number, account, ifsc, utr, receivedAt: Date.now() };
    this.transfers.set(reference, transfer);
    if (this.isPaid(account)) this.pay(reference);
    if (account.endsWith('0004')) return 'hangs';
    if (account.endsWith('0009')) return { status: 200, text: '<html>Everything is fine</html>' };
    if (account.endsWith('0005')) await this.after(this.delays.slowAnswerMs);
    return this.look(reference);
  }

  private shown(transfer: Transfer): object {
    return { ...this.stateOf(transfer), account: `XXXXXXXXXX${transfer.account.slice(-4)}`, ...this.override };
  }

  private stateOf({ reference, paise, account, utr, receivedAt }: Transfer): object {
    const age = Date.now() - receivedAt;
    if (account.endsWith('0002')) return { reference, paise, state: 'refused', reason: 'closed' };
    if (account.endsWith('0006') && age < this.delays.settlementMs) return { reference, paise, state: 'working' };
    if (account.endsWith('0007') && age >= this.delays.returnMs)
      return { reference, paise, state: 'sent_back', utr, reason: 'closed' };
    return { reference, paise, state: 'done', utr };
  }

  private isPaid(account: string): boolean {
    return !account.endsWith('0002') && !account.endsWith('0008');
  }
}
