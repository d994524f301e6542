import { createHmac } from 'node:crypto';
import { z } from 'zod';
import {
  BankGateway,
  type CallbackEvent,
  type CommonEnding,
  EVERY_MODE,
  type InquiryEnding,
  type Reported,
  type SubmissionEnding,
} from '../domain/bank-gateway.js';
import { CallbackRefused, documented, jsonOf, type UnreadableEvent } from '../domain/callback-events.js';
import type { Transfer } from '../domain/transfer.js';
import { ask, type GatewayResponse } from './gateway-http.js';
import { isSignedWithAny } from './signatures.js';
import {
  CASHFREE_TRANSFER,
  type CashfreeTransfer,
  cashfreeDestination,
  cashfreeEnding,
  cashfreeRefusal,
  cashfreeReport,
  paiseOf,
  rupeesOf,
} from './bank-cashfree-status.js';
import type { Beneficiary, Callback } from '../gateways.language.js';
import type { CashfreeSettings } from '../gateways.settings.js';

/** The dated API version that this adapter was written for. */
const API_VERSION = '2024-01-01';

/** Clocks differ, and a delivery may have waited. */
const TOLERANCE_MS = 300_000;

const ERROR = z.object({ code: z.string(), type: z.string().nullish() });
const EVENT = z.object({ type: z.string(), data: z.unknown().optional() });
const NAMED = z.looseObject({
  transfer_id: z.string(),
  status_code: z.unknown().optional(),
  status: z.unknown().optional(),
});

/**
 * Cashfree Payouts V2, after its public documentation (https://www.cashfree.com/docs/api-reference/payouts/v2/). Tested
 * against a local double only.
 *
 * There is no idempotency header: a `transfer_id` is accepted once, and a second request with it is refused. The
 * adapter then asks what Cashfree has under the id, so that a repeated submission looks to Bahi like the first.
 *
 * Cashfree does not list transfers: it answers only about one transfer, or one batch, by its id
 * (https://www.cashfree.com/docs/api-reference/other-apis/oneescrow/payouts-v2-apis).
 */
export class Cashfree extends BankGateway {
  override readonly name = 'cashfree';
  override readonly capabilities = {
    modes: EVERY_MODE,
    idempotentSubmission: true,
    canBeInquired: true,
    authoritativeInquiry: true,
    sendsCallbacks: true,
    canCancel: false,
    canListOrders: false,
    authoritativeList: false,
  };

  constructor(private readonly settings: CashfreeSettings) {
    super();
  }

  override async submit(transfer: Transfer, signal: AbortSignal): Promise<Reported<SubmissionEnding>> {
    const { reference, amountPaise } = transfer;
    const url = `${this.settings.url}/payout/transfers`;
    const body = this.requestFor(transfer);
    const answer = await ask(url, { method: 'POST', headers: this.headers, body, signal });
    if (answer.status === 200 || answer.status === 201)
      return endingOf(CASHFREE_TRANSFER.parse(answer.json), reference, answer.digest);
    if (answer.status === 409) return this.whatIsThere(transfer, answer, signal);
    if (answer.status !== 400 && answer.status !== 422) throw new Error(`Cashfree answered ${answer.status}`);
    const { code } = ERROR.parse(answer.json);
    // This request was not accepted, but an earlier one under the same id may have been.
    if ((await this.inquire(transfer, signal)).kind !== 'not_found')
      throw new Error(`Cashfree refused the request about ${amountPaise} paise, and has a transfer under its id`);
    return { kind: 'rejected', failure: cashfreeRefusal(code), digest: answer.digest };
  }

  override async inquire({ reference }: Transfer, signal: AbortSignal): Promise<Reported<InquiryEnding>> {
    const query = new URLSearchParams({ transfer_id: idOf(reference) });
    const url = `${this.settings.url}/payout/transfers?${query.toString()}`;
    const answer = await ask(url, { method: 'GET', headers: this.headers, signal });
    // Only a 404 with Cashfree's error document counts, not the page of a proxy in between.
    if (answer.status === 404 && ERROR.safeParse(answer.json).success)
      return { kind: 'not_found', digest: answer.digest };
    if (answer.status !== 200) throw new Error(`Cashfree answered ${answer.status}`);
    return endingOf(CASHFREE_TRANSFER.parse(answer.json), reference, answer.digest);
  }

  override parseCallback({ headers, body, receivedAt }: Callback): (CallbackEvent | UnreadableEvent)[] {
    const timestamp = String(headers['x-webhook-timestamp'] ?? '');
    const signature = Buffer.from(String(headers['x-webhook-signature'] ?? ''), 'base64');
    const sign = (secret: string): Buffer => createHmac('sha256', secret).update(timestamp).update(body).digest();
    if (!isSignedWithAny(this.settings.clientSecrets, signature, sign))
      throw new CallbackRefused('X-Webhook-Signature is missing or wrong.');
    if (!(Math.abs(receivedAt.getTime() - millisecondsOf(timestamp)) <= TOLERANCE_MS))
      throw new CallbackRefused('X-Webhook-Timestamp is more than 300 seconds away from now.');
    const event = EVENT.safeParse(jsonOf(body));
    if (!event.success) return [{ unreadable: 'the body is no event' }];
    // The event is about a batch, a beneficiary or a balance.
    if (!event.data.type.startsWith('TRANSFER_')) return [];
    const transfer = NAMED.safeParse(event.data.data);
    if (!transfer.success) return [{ unreadable: 'it names no transfer' }];
    const { transfer_id, status_code, status } = transfer.data;
    // Events have no id. A repeated delivery says the same about the same transfer, and so gets the same id here.
    const id = [event.data.type, transfer_id, status_code ?? status].join('.');
    return [{ id, reference: referenceOf(transfer_id), ...cashfreeReport(transfer.data) }];
  }

  /** The id is in use, by the same transfer or by one with another amount or account. */
  private async whatIsThere(
    transfer: Transfer,
    { digest }: GatewayResponse,
    signal: AbortSignal,
  ): Promise<Reported<SubmissionEnding>> {
    const ending = await this.inquire(transfer, signal);
    return ending.kind === 'not_found' ? { kind: 'reference_reused', digest } : ending;
  }

  private requestFor({ reference, amountPaise, mode, beneficiary, narration }: Transfer): object {
    const { fundSourceId } = this.settings;
    return {
      transfer_id: idOf(reference),
      transfer_amount: rupeesOf(amountPaise),
      transfer_currency: 'INR',
      transfer_mode: mode.toLowerCase(),
      beneficiary_details: {
        beneficiary_name: beneficiary.name,
        beneficiary_instrument_details: instrumentOf(beneficiary),
      },
      ...(narration === null ? {} : { transfer_remarks: narration }),
      ...(fundSourceId === null ? {} : { fundsource_id: fundSourceId }),
    };
  }

  private get headers(): Record<string, string> {
    const { clientId, clientSecrets } = this.settings;
    return { 'x-client-id': clientId, 'x-client-secret': clientSecrets[0]!, 'x-api-version': API_VERSION };
  }
}

function instrumentOf({ accountNumber, ifsc, vpa }: Beneficiary): object {
  return vpa === undefined ? { bank_account_number: accountNumber, bank_ifsc: ifsc } : { vpa };
}

/** @throws Error, which means an unknown outcome, when it is about another transfer */
function endingOf(found: CashfreeTransfer, reference: string, digest: string): Reported<CommonEnding> {
  if (found.transfer_id !== idOf(reference)) throw new Error('Cashfree answered about another transfer');
  const transferred = { amountPaise: paiseOf(found.transfer_amount), ...cashfreeDestination(found) };
  return { ...documented(cashfreeEnding(found)), digest, transferred };
}

/** The UUID without its dashes, since a `transfer_id` has up to 40 letters, digits and underscores. */
function idOf(reference: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(reference)) throw new Error('the reference is no UUID');
  return reference.replaceAll('-', '');
}

function referenceOf(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The timestamp in milliseconds. Cashfree publishes examples in seconds and in milliseconds since 1970. */
function millisecondsOf(timestamp: string): number {
  if (!/^\d{10}(\d{3})?$/.test(timestamp)) return NaN;
  return timestamp.length === 13 ? Number(timestamp) : Number(timestamp) * 1000;
}
