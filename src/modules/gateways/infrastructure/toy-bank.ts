import { createHmac } from 'node:crypto';
import { z } from 'zod';
import {
  BankGateway,
  type CallbackEnding,
  type CallbackEvent,
  type CommonEnding,
  type InquiryEnding,
  type Reported,
  type SubmissionEnding,
} from '../domain/bank-gateway.js';
import {
  CallbackRefused,
  documented,
  jsonOf,
  type UnreadableEvent,
  unrecognizedStatus,
} from '../domain/callback-events.js';
import { failureOf, type BankFailureCode } from '../domain/bank-failures.js';
import type { OrderPage, OrderPeriod } from '../domain/listed-orders.js';
import type { Transfer } from '../domain/transfer.js';
import { ask, askForPage, type GatewayResponse } from './gateway-http.js';
import { isSignedWithAny } from './signatures.js';
import { type Callback, UTR_PENDING } from '../gateways.language.js';
import type { ToyBankSettings } from '../gateways.settings.js';

/** A transfer as the bank's answers and callbacks describe it. Only the fields that are read are checked. */
const TRANSFER = z.object({
  reference: z.string(),
  paise: z.number().int().positive(),
  /** The account that it pays to. Only the last four digits of a number are shown. */
  account: z.string().nullish(),
  /** working, done, refused or sent_back. */
  state: z.string(),
  utr: z.string().nullish(),
  reason: z.string().nullish(),
});
type ToyTransfer = z.infer<typeof TRANSFER>;

/** A page of the transfers that the bank accepted in a period, the oldest first. */
const LIST = z.object({
  transfers: z.array(
    z.object({ reference: z.string(), paise: z.number().int().positive(), received_at: z.iso.datetime() }),
  ),
  /** Null: this is the last page. */
  next: z.string().nullable(),
});

/** The fields that a callback must have to be usable. The rest may be undocumented. */
const CALLBACK = z.object({ id: z.string(), transfer: z.looseObject({ reference: z.string() }) });

/** The bank's failure codes, translated into Bahi's. */
const REASONS: Readonly<Record<string, BankFailureCode>> = {
  closed: 'bank_account_closed',
  nobody: 'beneficiary_account_invalid',
  busy: 'beneficiary_bank_offline',
};

/** The example of docs/adding-a-gateway.md: a bank that does not exist, with an API such as real banks have. */
export class ToyBank extends BankGateway {
  override readonly name = 'toy-bank';
  override readonly capabilities = {
    modes: { IMPS: { maxPaise: 2_00_000_00n }, NEFT: {} },
    idempotentSubmission: true,
    canBeInquired: true,
    authoritativeInquiry: true,
    sendsCallbacks: true,
    canCancel: false,
    canListOrders: true,
    authoritativeList: true,
  };

  constructor(private readonly settings: ToyBankSettings) {
    super();
  }

  override async submit(transfer: Transfer, signal: AbortSignal): Promise<Reported<SubmissionEnding>> {
    const { reference, amountPaise, mode, beneficiary } = transfer;
    const body = {
      reference,
      paise: Number(amountPaise),
      mode,
      name: beneficiary.name,
      account: beneficiary.accountNumber,
      ifsc: beneficiary.ifsc,
    };
    const answer = await ask(`${this.settings.url}/transfers`, { ...this.with(signal), method: 'POST', body });
    if (answer.status === 409) return { kind: 'reference_reused', digest: answer.digest };
    return this.endingOf(answer, reference);
  }

  override async inquire({ reference }: Transfer, signal: AbortSignal): Promise<Reported<InquiryEnding>> {
    const url = `${this.settings.url}/transfers/${encodeURIComponent(reference)}`;
    const answer = await ask(url, { ...this.with(signal), method: 'GET' });
    if (answer.status === 404) return { kind: 'not_found', digest: answer.digest };
    return this.endingOf(answer, reference);
  }

  override async listOrders({ from, to }: OrderPeriod, after: string | null, signal: AbortSignal): Promise<OrderPage> {
    const query = new URLSearchParams({ from: from.toISOString(), to: to.toISOString() });
    if (after !== null) query.set('after', after);
    const url = `${this.settings.url}/transfers?${query.toString()}`;
    const { transfers, next } = LIST.parse(await askForPage('the bank', url, this.with(signal)));
    const orders = transfers.map(({ reference, paise, received_at }) => {
      return { reference, amountPaise: BigInt(paise), receivedAt: new Date(received_at) };
    });
    return { orders, next };
  }

  override parseCallback({ headers, body }: Callback): (CallbackEvent | UnreadableEvent)[] {
    const signature = Buffer.from(String(headers['x-toy-signature'] ?? ''), 'hex');
    const sign = (secret: string): Buffer => createHmac('sha256', secret).update(body).digest();
    if (!isSignedWithAny(this.settings.callbackSecrets, signature, sign))
      throw new CallbackRefused('The signature is missing or wrong.');
    const message = CALLBACK.safeParse(jsonOf(body));
    if (!message.success) return [{ unreadable: 'the body is no message of the bank' }];
    const { id, transfer } = message.data;
    const { reference } = transfer;
    const { success, data: known } = TRANSFER.safeParse(transfer);
    if (!success) return [{ id, reference, amountPaise: null, ending: unrecognizedStatus(transfer['state']) }];
    const destination = { accountNumber: known.account };
    return [{ id, reference, amountPaise: BigInt(known.paise), destination, ending: endingFrom(known) }];
  }

  /** @throws Error, which means an unknown outcome, unless it is an answer about this transfer */
  private endingOf({ status, json, digest }: GatewayResponse, reference: string): Reported<CommonEnding> {
    if (status !== 200) throw new Error(`the bank answered ${status}`);
    const transfer = TRANSFER.parse(json);
    if (transfer.reference !== reference) throw new Error('the bank answered about another transfer');
    const transferred = { amountPaise: BigInt(transfer.paise), accountNumber: transfer.account };
    return { ...documented(endingFrom(transfer)), digest, transferred };
  }

  private with(signal: AbortSignal) {
    return { headers: { authorization: `Bearer ${this.settings.key}` }, signal };
  }
}

function endingFrom({ state, utr, reason }: ToyTransfer): CallbackEnding {
  const failure = failureOf(REASONS[reason ?? ''] ?? 'gateway_refused');
  switch (state) {
    case 'working':
      return { kind: 'pending' };
    case 'done':
      return utr ? { kind: 'succeeded', utr } : { kind: 'pending', code: UTR_PENDING };
    case 'refused':
      return { kind: 'rejected', failure, utr: utr ?? '' };
    case 'sent_back':
      return { kind: 'returned', utr: utr ?? null, failure };
    default:
      return unrecognizedStatus(state);
  }
}
