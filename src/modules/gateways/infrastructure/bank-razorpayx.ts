import { createHash, createHmac } from 'node:crypto';
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
import type { OrderPage, OrderPeriod } from '../domain/listed-orders.js';
import type { Transfer } from '../domain/transfer.js';
import { razorpayxOrders } from './bank-razorpayx-orders.js';
import { ask, askForPage, type GatewayResponse } from './gateway-http.js';
import { isSignedWithAny } from './signatures.js';
import {
  RAZORPAYX_PAYOUT,
  type RazorpayXPayout,
  razorpayxDestination,
  razorpayxEnding,
  razorpayxFailure,
  razorpayxReport,
} from './bank-razorpayx-status.js';
import type { Beneficiary, Callback } from '../gateways.language.js';
import type { RazorpayXSettings } from '../gateways.settings.js';

const PAGE = z.object({ items: z.array(RAZORPAYX_PAYOUT) });
const ERROR = z.object({
  error: z.object({ description: z.string().nullish(), reason: z.string().nullish(), field: z.string().nullish() }),
});

const EVENT = z.object({ payload: z.looseObject({ payout: z.unknown().optional() }) });
const PAYOUT = z.object({ entity: z.looseObject({ reference_id: z.string().nullish() }) });

/**
 * A contact's name has 3 to 50 characters, a bank account's holder up to 120 (RazorpayX, Contacts and Fund Accounts).
 */
const CONTACT_NAME_LENGTH = 50;

/**
 * RazorpayX Payouts, after its public documentation (https://razorpay.com/docs/api/x/). Tested against a local double
 * only.
 *
 * One composite call creates contact, fund account and payout, under `X-Payout-Idempotency`: the same key and body get
 * the first answer again. While the account is short of money, payouts are not refused but wait at RazorpayX.
 */
export class RazorpayX extends BankGateway {
  override readonly name = 'razorpayx';
  override readonly capabilities = {
    modes: EVERY_MODE,
    idempotentSubmission: true,
    canBeInquired: true,
    // The inquiry is a search, and nothing promises that it finds a new payout at once.
    authoritativeInquiry: false,
    sendsCallbacks: true,
    canCancel: true,
    canListOrders: true,
    // Nothing promises that a new payout is in the list at once, either.
    authoritativeList: false,
  };

  constructor(private readonly settings: RazorpayXSettings) {
    super();
  }

  override async submit(transfer: Transfer, signal: AbortSignal): Promise<Reported<SubmissionEnding>> {
    const { reference } = transfer;
    const answer = await ask(`${this.settings.url}/v1/payouts`, {
      method: 'POST',
      headers: { ...this.authorization, 'x-payout-idempotency': reference },
      body: this.requestFor(transfer),
      signal,
    });
    if (answer.status === 400) return this.refused(transfer, answer, signal);
    if (answer.status !== 200) throw new Error(`RazorpayX answered ${answer.status}`);
    return endingOf(RAZORPAYX_PAYOUT.parse(answer.json), reference, answer.digest);
  }

  override async inquire({ reference }: Transfer, signal: AbortSignal): Promise<Reported<InquiryEnding>> {
    const query = new URLSearchParams({ account_number: this.settings.accountNumber, reference_id: reference });
    const url = `${this.settings.url}/v1/payouts?${query.toString()}`;
    const { status, json, digest } = await ask(url, { method: 'GET', headers: this.authorization, signal });
    if (status !== 200) throw new Error(`RazorpayX answered ${status}`);
    const { items } = PAGE.parse(json);
    if (items.length === 0) return { kind: 'not_found', digest };
    const [payout, ...others] = items;
    // Either the filter was ignored, or one reference has two payouts: the adapter cannot tell which.
    if (others.length > 0) throw new Error(`RazorpayX has ${items.length} payouts where one was asked for`);
    return endingOf(payout!, reference, digest);
  }

  override listOrders(period: OrderPeriod, after: string | null, signal: AbortSignal): Promise<OrderPage> {
    return razorpayxOrders(period, after, (slice) => {
      const query = new URLSearchParams({ account_number: this.settings.accountNumber, ...slice });
      const url = `${this.settings.url}/v1/payouts?${query.toString()}`;
      return askForPage('RazorpayX', url, { headers: this.authorization, signal });
    });
  }

  /**
   * RazorpayX signs the body but no time. A replayed event changes nothing: either it is stored already, or what it
   * says is true. Its id is the digest of the body, since `X-Razorpay-Event-Id` is not signed: with that, whoever has
   * seen an event could have it stored any number of times, or have another event taken for a known one.
   */
  override parseCallback({ headers, body }: Callback): (CallbackEvent | UnreadableEvent)[] {
    const signature = Buffer.from(String(headers['x-razorpay-signature'] ?? ''), 'hex');
    const sign = (secret: string): Buffer => createHmac('sha256', secret).update(body).digest();
    if (!isSignedWithAny(this.settings.webhookSecrets, signature, sign))
      throw new CallbackRefused('X-Razorpay-Signature is missing or wrong.');
    const event = EVENT.safeParse(jsonOf(body));
    if (!event.success) return [{ unreadable: 'the body is no event' }];
    // The event is about a downtime, a transaction or a fund account.
    if (event.data.payload.payout === undefined) return [];
    const payout = PAYOUT.safeParse(event.data.payload.payout);
    if (!payout.success) return [{ unreadable: 'its payout is none' }];
    const { entity } = payout.data;
    // The payout was made in the dashboard, or by another system.
    if (typeof entity.reference_id !== 'string') return [];
    const id = createHash('sha256').update(body).digest('hex');
    return [{ id, reference: entity.reference_id, ...razorpayxReport(entity) }];
  }

  /**
   * A 400 means that this request was not accepted. It means that nothing was paid under the reference only if
   * RazorpayX has nothing there. If it complains about the idempotency key itself, an earlier request was accepted.
   */
  private async refused(transfer: Transfer, answer: GatewayResponse, signal: AbortSignal): Promise<SubmissionEnding> {
    const { error } = ERROR.parse(answer.json);
    const complaint = `${error.field ?? ''} ${error.description ?? ''}`;
    if (/idempoten/i.test(complaint)) return { kind: 'reference_reused', digest: answer.digest };
    const there = await this.inquire(transfer, signal);
    if (there.kind === 'not_found')
      return { kind: 'rejected', failure: razorpayxFailure(error.reason), digest: answer.digest };
    throw new Error('RazorpayX refused the request, and has a payout under its reference');
  }

  private requestFor({ reference, amountPaise, mode, beneficiary, narration }: Transfer): object {
    const contact = { name: beneficiary.name.slice(0, CONTACT_NAME_LENGTH), type: 'vendor' };
    return {
      account_number: this.settings.accountNumber,
      amount: Number(amountPaise),
      currency: 'INR',
      mode,
      purpose: 'payout',
      fund_account: { ...fundAccountOf(beneficiary), contact },
      queue_if_low_balance: true,
      reference_id: reference,
      ...(narration === null ? {} : { narration }),
    };
  }

  private get authorization(): { authorization: string } {
    const { keyId, keySecret } = this.settings;
    return { authorization: `Basic ${Buffer.from(`${keyId}:${keySecret}`).toString('base64')}` };
  }
}

function fundAccountOf({ name, accountNumber, ifsc, vpa }: Beneficiary): object {
  return vpa === undefined
    ? { account_type: 'bank_account', bank_account: { name, ifsc, account_number: accountNumber } }
    : { account_type: 'vpa', vpa: { address: vpa } };
}

/** @throws Error, which means an unknown outcome, when it is about another payout */
function endingOf(payout: RazorpayXPayout, reference: string, digest: string): Reported<CommonEnding> {
  if (payout.reference_id !== reference) throw new Error('RazorpayX answered about another payout');
  const transferred = { amountPaise: BigInt(payout.amount), ...razorpayxDestination(payout) };
  return { ...documented(razorpayxEnding(payout)), digest, transferred };
}
