import { createHmac, randomUUID } from 'node:crypto';
import type { CashfreeSettings } from '../../src/modules/gateways/gateways.settings.js';
import { BankDouble, type DoubleAnswer, type DoubleDelays, type DoubleRequest } from './bank-double.js';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';

type Json = ReturnType<typeof JSON.parse>;

interface Transfer {
  readonly id: string;
  readonly amount: number;
  readonly mode: string;
  readonly beneficiary: Json;
  /** The last digits of the account number or the end of the VPA, which determine the outcome. */
  readonly ending: string;
  readonly utr: string;
  readonly receivedAt: number;
}

const SETTINGS = { clientId: 'CF_ID', clientSecrets: ['cf_secret_of_tests'], fundSourceId: 'CASHFREE_1' };

/** Behaves like Cashfree Payouts V2 as https://www.cashfree.com/docs/api-reference/payouts/v2/ describes it. */
export function openCashfreeDouble(delays: DoubleDelays): Promise<CashfreeDouble> {
  return new CashfreeDouble(delays).listen();
}

export class CashfreeDouble extends BankDouble {
  private readonly transfers = new Map<string, Transfer>();
  /** What it reports about a transfer instead of the truth. */
  override: Record<string, unknown> = {};

  get settings(): CashfreeSettings {
    return { url: this.url, ...SETTINGS };
  }

  /** Takes Bahi's reference; the bank stores it without dashes. */
  override timesPaid(reference: string): number {
    return super.timesPaid(reference.replaceAll('-', ''));
  }

  callback(
    reference: string,
    event: 'succeeded' | 'rejected' | 'pending' | 'returned' | 'undocumented',
    change: { signedWithAnotherSecret?: boolean; amountPaise?: bigint; sentAt?: Date; body?: string } = {},
  ): Callback {
    const transfer = this.transfers.get(reference.replaceAll('-', ''))!;
    const [type, status, code] = {
      succeeded: ['TRANSFER_SUCCESS', 'SUCCESS', 'COMPLETED'],
      rejected: ['TRANSFER_FAILED', 'FAILED', 'BENEFICIARY_ACCOUNT_CLOSED'],
      pending: ['TRANSFER_ACKNOWLEDGED', 'PENDING', 'SENT_TO_BENEFICIARY'],
      returned: ['TRANSFER_REVERSED', 'REVERSED', 'RETURNED_FROM_BENEFICIARY'],
      undocumented: ['TRANSFER_INITIATED', 'INITIATED', 'INITIATED'],
    }[event] as [string, string, string];
    const amount = change.amountPaise === undefined ? {} : { transfer_amount: Number(change.amountPaise) / 100 };
    const data = { ...this.entity(transfer, status, code), ...amount };
    const sentAt = change.sentAt ?? new Date();
    const body = Buffer.from(change.body ?? JSON.stringify({ type, event_time: sentAt.toISOString(), data }));
    const timestamp = String(sentAt.getTime());
    const secret = change.signedWithAnotherSecret ? 'guessed' : SETTINGS.clientSecrets[0]!;
    const signature = createHmac('sha256', secret).update(timestamp).update(body).digest('base64');
    return {
      headers: { 'x-webhook-signature': signature, 'x-webhook-timestamp': timestamp },
      body,
      receivedAt: new Date(),
    };
  }

  /** Returns the money now instead of after the delay. */
  returnNow(reference: string): void {
    const transfer = this.transfers.get(reference.replaceAll('-', ''))!;
    this.transfers.set(reference.replaceAll('-', ''), { ...transfer, receivedAt: 0 });
  }

  protected override async answer({ method, path, query, headers, json }: DoubleRequest): Promise<DoubleAnswer> {
    const isKnown =
      headers['x-client-id'] === SETTINGS.clientId && headers['x-client-secret'] === SETTINGS.clientSecrets[0];
    if (!isKnown) return refusal(401, 'authentication_error', 'authentication_failed');
    if (!/^\d{4}-\d{2}-\d{2}$/.test(String(headers['x-api-version'])))
      return refusal(400, 'invalid_request_error', 'x_api_version_missing');
    if (path !== '/payout/transfers') return refusal(404, 'invalid_request_error', 'path_not_found');
    return method === 'GET' ? this.look(query.get('transfer_id') ?? '') : this.create(json as Json);
  }

  private look(id: string): DoubleAnswer {
    const transfer = this.transfers.get(id);
    if (transfer === undefined) return refusal(404, 'invalid_request_error', 'transfer_not_found');
    return this.answerAbout(transfer);
  }

  private async create(json: Json): Promise<DoubleAnswer> {
    const wrong = whatIsWrongWith(json);
    if (wrong !== null) return refusal(400, 'invalid_request_error', wrong);
    const { transfer_id: id, transfer_amount: amount, transfer_mode: mode, beneficiary_details: beneficiary } = json;
    if (this.transfers.has(id)) return refusal(409, 'invalid_request_error', 'transfer_id_already_exists');
    const { bank_account_number, vpa } = beneficiary.beneficiary_instrument_details;
    const ending = String(bank_account_number ?? vpa)
      .split('@')[0]!
      .slice(-4);
    if (ending === '0003') return 'hangs';
    const utr = `CF${randomUUID().replaceAll('-', '').slice(0, 14).toUpperCase()}`;
    const transfer = { id, amount, mode, beneficiary, ending, utr, receivedAt: Date.now() };
    this.transfers.set(id, transfer);
    if (ending !== '0002' && ending !== '0008') this.pay(id);
    if (ending === '0004') return 'hangs';
    if (ending === '0009') return { status: 200, text: '<html>Welcome</html>' };
    if (ending === '0005') await this.after(this.delays.slowAnswerMs);
    return this.answerAbout(transfer);
  }

  private answerAbout(transfer: Transfer): DoubleAnswer {
    if (transfer.ending === '0008') return refusal(503, 'api_error', 'service_unavailable');
    return { status: 200, json: this.shown(transfer) };
  }

  private shown(transfer: Transfer): object {
    const age = Date.now() - transfer.receivedAt;
    const none = { transfer_utr: null };
    if (transfer.ending === '0002')
      return { ...this.entity(transfer, 'FAILED', 'BENEFICIARY_ACCOUNT_CLOSED'), ...none };
    if (transfer.ending === '0006' && age < this.delays.settlementMs)
      return { ...this.entity(transfer, 'RECEIVED', 'RECEIVED'), ...none };
    if (transfer.ending === '0007' && age >= this.delays.returnMs)
      return this.entity(transfer, 'REVERSED', 'RETURNED_FROM_BENEFICIARY');
    return this.entity(transfer, 'SUCCESS', 'COMPLETED');
  }

  private entity({ id, amount, mode, beneficiary, utr }: Transfer, status: string, code: string): object {
    return {
      transfer_id: id,
      cf_transfer_id: `cf_${id.slice(0, 6)}`,
      status,
      status_code: code,
      status_description: 'In words.',
      beneficiary_details: beneficiary,
      transfer_amount: amount,
      transfer_mode: mode.toUpperCase(),
      transfer_utr: utr,
      fundsource_id: SETTINGS.fundSourceId,
      ...this.override,
    };
  }
}

/** The limits of a transfer's fields. */
function whatIsWrongWith(json: Json): string | null {
  const { transfer_id, transfer_amount, transfer_currency, transfer_mode, beneficiary_details, transfer_remarks } =
    json;
  if (!/^[A-Za-z0-9_]{1,40}$/.test(transfer_id)) return 'transfer_id_invalid';
  if (typeof transfer_amount !== 'number' || transfer_amount < 1) return 'transfer_amount_invalid';
  if (!/^\d+(\.\d{1,2})?$/.test(String(transfer_amount))) return 'transfer_amount_invalid';
  if (transfer_currency !== 'INR') return 'transfer_currency_invalid';
  if (transfer_remarks !== undefined && !/^[a-zA-Z0-9 ]{1,70}$/.test(transfer_remarks))
    return 'transfer_remarks_invalid';
  const { beneficiary_name, beneficiary_instrument_details: to } = beneficiary_details ?? {};
  if (!/^.{1,100}$/.test(beneficiary_name ?? '')) return 'beneficiary_name_invalid';
  if (transfer_mode === 'upi') return /^[^@]+@[^@]+$/.test(to?.vpa) ? null : 'vpa_invalid';
  if (!['imps', 'neft', 'rtgs'].includes(transfer_mode)) return 'transfer_mode_invalid';
  if (transfer_mode === 'rtgs' && transfer_amount < 2_00_000) return 'transfer_amount_invalid';
  if (!/^[A-Z]{4}0[A-Z0-9]{6}$/.test(to?.bank_ifsc)) return 'bank_ifsc_invalid';
  return /^[a-zA-Z0-9]{4,25}$/.test(to?.bank_account_number) ? null : 'bank_account_number_invalid';
}

function refusal(status: number, type: string, code: string): DoubleAnswer {
  return { status, json: { type, code, message: 'In words.' } };
}
