import { randomUUID } from 'node:crypto';
import type { PayoutView } from '../../src/modules/payouts/application/payout-view.js';
import type { PayoutEventDocument } from '../../src/modules/payouts/http/payout-documents.js';
import type { Bahi } from './bahi.js';
import type { Answer, Client } from './client.js';
import type { Service } from './local-service.js';
import { BY_REQUEST, BY_REQUEST_FOR_AN_END, PATIENCE_MS, until } from './wait-for.js';

/** The first digits of every account; the last four determine what the simulated bank does. */
const ACCOUNT_NUMBER = '5010001234';

/** A merchant with an API key and curl. */
export class Merchant {
  private readonly accounts = new Map<string, Promise<string>>();

  constructor(
    private readonly bahi: Bahi,
    readonly id: string,
    readonly apiKey: string,
    /** The id of the key, which timelines record as the actor. */
    readonly keyId: string,
    private readonly service: Service = bahi.service,
  ) {}

  get api(): Client {
    return this.bahi.asMerchant(this, this.service);
  }

  /** The same merchant, with its requests going to another process. */
  at(service: Service): Merchant {
    const same = new Merchant(this.bahi, this.id, this.apiKey, this.keyId, service);
    for (const [ending, id] of this.accounts) same.accounts.set(ending, id);
    return same;
  }

  /** The id of the merchant's bank account whose number ends in these digits; registered when it is first needed. */
  account(ending: string): Promise<string> {
    let id = this.accounts.get(ending);
    if (id === undefined) {
      const account = {
        account_holder_name: 'Asha Rao',
        account_number: `${ACCOUNT_NUMBER}${ending}`,
        ifsc: 'HDFC0000001',
      };
      id = this.api.post('/bank-accounts', account).then(({ body }) => body.id as string);
      this.accounts.set(ending, id);
    }
    return id;
  }

  /** Requests a payout. `to` is the end of the account number, which determines the outcome. */
  async payOut(rupees: number, { to = '0001', key = randomUUID(), ...fields }: PayOutOptions = {}): Promise<Answer> {
    const body = { amount_paise: rupees * 100, bank_account_id: await this.account(to), ...fields };
    return this.api.post('/payouts', body, { key });
  }

  /** A payout that was accepted. */
  async aPayout(rupees: number, options: PayOutOptions = {}): Promise<PayoutView> {
    const answer = await this.payOut(rupees, options);
    if (answer.status !== 201) throw new Error(`no payout but ${answer.status}: ${answer.text}`);
    return answer.body as PayoutView;
  }

  async payout(id: string): Promise<PayoutView> {
    return (await this.api.get(`/payouts/${id}`)).body as PayoutView;
  }

  async timeline(id: string): Promise<PayoutEventDocument[]> {
    return (await this.api.get(`/payouts/${id}/events`)).body.results as PayoutEventDocument[];
  }

  /** The timeline without the bank's answers that changed nothing. */
  async moves(id: string): Promise<PayoutEventDocument[]> {
    return (await this.timeline(id)).filter(({ type }) => type !== 'payout.bank_answered');
  }

  /** The types of the moves, without their common prefix `payout.`. */
  async story(id: string): Promise<string[]> {
    return (await this.moves(id)).map(({ type }) => type.replace('payout.', ''));
  }

  /** Waits until the payout meets the condition. */
  async payoutThat(
    what: string,
    id: string,
    is: (payout: PayoutView) => boolean,
    withinMs = PATIENCE_MS,
    pause = BY_REQUEST,
  ): Promise<PayoutView> {
    let payout = await this.payout(id);
    const look = async (): Promise<boolean> => is((payout = await this.payout(id)));
    await until(`the payout ${what}`, look, withinMs, pause).catch((cause: unknown) => {
      throw new Error(`the payout is: ${JSON.stringify(payout)}`, { cause });
    });
    return payout;
  }

  /** Waits until the payout has this status. */
  until(id: string, status: string, withinMs?: number): Promise<PayoutView> {
    const pause = status === 'processing' ? BY_REQUEST : BY_REQUEST_FOR_AN_END;
    return this.payoutThat(`is ${status}`, id, (payout) => payout.status === status, withinMs, pause);
  }

  /** In rupees. */
  async balance(): Promise<{ available: number; held: number }> {
    const { available_paise, held_paise } = (await this.api.get('/balance')).body;
    return { available: available_paise / 100, held: held_paise / 100 };
  }

  /** Every entry that the book ever had, oldest first, read page by page. */
  async ledger(): Promise<LedgerLine[]> {
    const lines: LedgerLine[] = [];
    for (let path: string | null = '/ledger?account=all&limit=100'; path !== null;) {
      const { body } = await this.api.get(path);
      if (body.results === undefined) throw new Error(`no ledger page at ${path}: ${JSON.stringify(body)}`);
      lines.push(...(body.results as LedgerLine[]));
      path = body.next as string | null;
    }
    return lines.reverse();
  }

  /** How the ledger held, settled or released a payout's money: one kind of transaction per movement of `held`. */
  async movementsOf(payoutId: string): Promise<string[]> {
    return (await this.ledger())
      .filter(({ account, reference }) => account === 'held' && reference.id === payoutId)
      .map(({ kind }) => kind);
  }
}

export interface PayOutOptions {
  readonly to?: string;
  readonly key?: string;
  readonly reference_id?: string;
  readonly narration?: string;
  readonly mode?: string;
  /** Used instead of the account that `to` names. */
  readonly bank_account_id?: string;
}

export interface LedgerLine {
  readonly seq: number;
  readonly account: string;
  readonly kind: string;
  readonly amount_paise: number;
  readonly balance_after_paise: number;
  readonly reference: { readonly type: string; readonly id: string };
}
