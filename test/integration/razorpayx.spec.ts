import { createHash, createHmac, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RazorpayX } from '../../src/modules/gateways/infrastructure/bank-razorpayx.js';
import { CallbackRefused } from '../../src/modules/gateways/domain/callback-events.js';
import type { ListedOrder, OrderPage } from '../../src/modules/gateways/domain/listed-orders.js';
import { NoAnswer } from '../../src/modules/gateways/domain/no-answer.js';
import type { Transfer } from '../../src/modules/gateways/domain/transfer.js';
import type { RazorpayXSettings } from '../../src/modules/gateways/gateways.settings.js';
import type { DoubleRequest } from '../support/bank-double.js';
import { openRazorpayXDouble, type RazorpayXDouble } from '../support/razorpayx-double.js';

const UTR = 'HDFCN52026112101';

let double: RazorpayXDouble;
let bank: RazorpayX;

beforeAll(async () => {
  double = await openRazorpayXDouble({ slowAnswerMs: 100, settlementMs: 100, returnMs: 100 });
  bank = new RazorpayX(double.settings);
});

afterEach(() => {
  double.override = {};
});

afterAll(() => double.close());

const none = { accountNumber: undefined, vpa: undefined };

const aTransfer = (change: Partial<Transfer> = {}): Transfer => ({
  reference: randomUUID(),
  amountPaise: 60_000n,
  mode: 'IMPS',
  beneficiary: { name: 'Asha Rao', accountNumber: '50100000000001', ifsc: 'HDFC0000001' },
  narration: 'Invoice 7',
  ...change,
});

const submit = (transfer: Transfer, by = bank) => by.submit(transfer, AbortSignal.timeout(5_000));
const inquire = (transfer: Transfer) => bank.inquire(transfer, AbortSignal.timeout(5_000));

describe('a request to RazorpayX', () => {
  it('is one composite payout under the payout’s id, as reference and as idempotency key', async () => {
    const transfer = aTransfer();
    await submit(transfer);
    const { method, path, headers, json } = double.requests.at(-1)!;
    expect([method, path, headers['x-payout-idempotency']]).toEqual(['POST', '/v1/payouts', transfer.reference]);
    expect(headers.authorization).toBe(`Basic ${Buffer.from('rzp_test_key:rzp_secret').toString('base64')}`);
    expect(json).toEqual({
      account_number: '7878780080316316',
      amount: 60_000,
      currency: 'INR',
      mode: 'IMPS',
      purpose: 'payout',
      fund_account: {
        account_type: 'bank_account',
        bank_account: { name: 'Asha Rao', ifsc: 'HDFC0000001', account_number: '50100000000001' },
        contact: { name: 'Asha Rao', type: 'vendor' },
      },
      queue_if_low_balance: true,
      reference_id: transfer.reference,
      narration: 'Invoice 7',
    });
  });

  it('pays to a VPA', async () => {
    const transfer = aTransfer({ mode: 'UPI', beneficiary: { name: 'Asha Rao', vpa: 'asha.rao@okaxis' } });
    expect(await submit(transfer)).toMatchObject({ kind: 'succeeded' });
    expect(double.requests.at(-1)!.json).toMatchObject({
      fund_account: { account_type: 'vpa', vpa: { address: 'asha.rao@okaxis' } },
    });
  });

  it('stores the digest of the answer', async () => {
    const ending = await submit(aTransfer());
    expect(ending.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(ending.digest).not.toBe(createHash('sha256').update('').digest('hex'));
  });
});

describe('a status of RazorpayX', () => {
  it.each([
    ['pending', 'pending_approval', null, { kind: 'pending', code: 'pending_approval' }],
    ['queued', 'low_balance', null, { kind: 'pending', code: 'low_balance' }],
    ['scheduled', null, null, { kind: 'pending', code: 'scheduled' }],
    ['processing', 'beneficiary_bank_confirmation_pending', UTR, { kind: 'pending' }],
    ['processed', 'payout_processed', null, { kind: 'pending', code: 'utr_pending' }],
    ['processed', 'payout_processed', '', { kind: 'pending', code: 'utr_pending' }],
    ['processed', 'payout_processed', undefined, { kind: 'pending', code: 'utr_pending' }],
    ['failed', 'bank_account_closed', '', { kind: 'rejected', failure: { code: 'bank_account_closed' } }],
    ['processed', 'payout_processed', UTR, { kind: 'succeeded', utr: UTR }],
    ['failed', 'imps_not_allowed', null, { kind: 'rejected', failure: { code: 'mode_not_supported_by_bank' } }],
    ['failed', 'bank_account_closed', UTR, { kind: 'rejected', utr: UTR, failure: { code: 'bank_account_closed' } }],
    ['failed', 'a_new_reason', null, { kind: 'rejected', failure: { code: 'gateway_refused' } }],
    ['rejected', 'payout_rejected', null, { kind: 'rejected', failure: { code: 'gateway_refused' } }],
    ['cancelled', null, null, { kind: 'rejected', failure: { code: 'gateway_refused' } }],
    [
      'reversed',
      'bank_account_closed',
      null,
      { kind: 'returned', utr: null, failure: { code: 'bank_account_closed' } },
    ],
    ['reversed', 'bank_account_closed', UTR, { kind: 'returned', utr: UTR, failure: { code: 'bank_account_closed' } }],
    ['reversed', null, UTR, { kind: 'returned', failure: { code: 'returned_by_bank' } }],
  ])('%s for %s, with the UTR %s, means what it must', async (status, reason, utr, ending) => {
    const transfer = aTransfer();
    await submit(transfer);
    double.override = { status, utr, status_details: { reason } };
    expect(await inquire(transfer)).toMatchObject(ending);
  });

  it.each([
    ['a status that is not documented', { status: 'teleported' }],
    ['another payout', { reference_id: randomUUID() }],
    ['another currency', { currency: 'USD' }],
    ['an amount that is no integer', { amount: 600.5 }],
    ['an amount as text', { amount: '60000' }],
    ['no status', { status: null }],
    ['a reference that is no text', { reference_id: 7 }],
  ])('is not believed when it comes with %s', async (_, override) => {
    const transfer = aTransfer();
    await submit(transfer);
    double.override = override;
    await expect(inquire(transfer)).rejects.toThrow();
    await expect(submit(transfer)).rejects.toThrow();
  });

  it('comes with the amount, and in the answer to a submission with the account or the VPA', async () => {
    const transfer = aTransfer();
    const there = { amountPaise: 60_000n, accountNumber: '50100000000001' };
    expect((await submit(transfer)).transferred).toEqual({ ...there, vpa: undefined });
    expect((await inquire(transfer)).transferred).toEqual({ ...none, amountPaise: 60_000n });
    double.override = { amount: 60_001 };
    expect((await inquire(transfer)).transferred).toEqual({ ...none, amountPaise: 60_001n });
    double.override = { fund_account: { account_type: 'vpa', vpa: { address: 'asha@ybl' } } };
    expect((await submit(transfer)).transferred).toMatchObject({ vpa: 'asha@ybl' });
  });
});

describe('the list of RazorpayX’ payouts', () => {
  const NOON = 1_780_000_000;
  const at = (second: number): Date => new Date((NOON + second) * 1_000);
  let account: RazorpayXDouble;
  let lister: RazorpayX;

  beforeEach(async () => {
    account = await openRazorpayXDouble({ slowAnswerMs: 0, settlementMs: 0, returnMs: 0 });
    lister = new RazorpayX(account.settings);
  });

  afterEach(() => account.close());

  /** Payouts with the references `payout-0` and so on, all created in the same second, or each at the given one. */
  function add(count: number, createdAt: (i: number) => number = () => 0, prefix = 'payout'): string[] {
    return Array.from({ length: count }, (_, i) => {
      const referenceId = `${prefix}-${i}`;
      account.add({ referenceId, createdAt: NOON + createdAt(i) });
      return referenceId;
    });
  }

  async function list(from: Date, to: Date, by = lister): Promise<ListedOrder[]> {
    const found: ListedOrder[] = [];
    for (let after: string | null = null; ;) {
      const page: OrderPage = await by.listOrders({ from, to }, after, AbortSignal.timeout(60_000));
      found.push(...page.orders);
      if (page.next === null) return found;
      after = page.next;
    }
  }
  const listed = async (from: number, to: number): Promise<string[]> =>
    (await list(at(from), at(to))).map(({ reference }) => reference).sort();

  it('is asked for by the account, in seconds, a hundred payouts at a time', async () => {
    add(1);
    expect(await list(at(-60), at(60))).toEqual([{ reference: 'payout-0', amountPaise: 100n, receivedAt: at(0) }]);
    const [{ method, path, query }] = account.requests as [DoubleRequest];
    const [from, to] = [String(NOON - 61), String(NOON + 60)];
    expect([method, path, Object.fromEntries(query)]).toEqual([
      ...['GET', '/v1/payouts'],
      { account_number: account.settings.accountNumber, from, to, count: '100', skip: '0' },
    ]);
  });

  it.each([
    ['the newest first', null],
    ['the oldest first', <Item>(payouts: Item[]) => payouts],
    [
      'by their ids',
      <Item extends { id: string }>(payouts: Item[]) => [...payouts].sort((a, b) => (a.id < b.id ? -1 : 1)),
    ],
  ])('has all of a thousand payouts, wherever they stand in time, %s', async (_, inOrder) => {
    if (inOrder !== null) account.inOrder = inOrder;
    const spread = [...add(500, (i) => i * 7), ...add(500, (i) => 1_000 + Math.floor(i / 170), 'dense')];
    expect(await listed(0, 3_600)).toEqual(spread.sort());
  });

  it.each([true, false])('begins and ends to the second, whether its borders belong to it (%s) or not', async (has) => {
    account.hasBorders = has;
    add(10, (i) => i);
    expect(await listed(2, 5)).toEqual(['payout-2', 'payout-3', 'payout-4']);
    expect(await list(new Date(at(2).getTime() + 1), new Date(at(4).getTime() + 1))).toHaveLength(2);
    expect(await listed(5, 5)).toEqual([]);
  });

  it('has all of one second, however many there are', async () => {
    const all = add(731);
    expect(await listed(-60, 60)).toEqual(all.sort());
  });

  it('goes on behind a page that has fewer than were asked for', async () => {
    account.largestPage = 7;
    const all = add(90, (i) => i % 50);
    expect(await listed(0, 60)).toEqual(all.sort());
  });

  it('takes every time for which a list can be asked', async () => {
    add(1);
    expect(await list(new Date(0), new Date(8.64e15))).toHaveLength(1);
    expect(await list(new Date(0), new Date(1_000))).toEqual([]);
  });

  it.each([
    ['before those that were read', 1],
    ['behind them', 0],
  ])('misses none when payouts come into the list between pages, %s', async (_, second) => {
    const before = add(350, (i) => i % 2);
    let more = 0;
    account.beforePage = () => {
      if (more < 3) account.add({ referenceId: `late-${more++}`, createdAt: NOON + second });
    };
    const found = await listed(0, 2);
    expect(found.filter((reference) => !reference.startsWith('late'))).toEqual(before.sort());
    expect(new Set(found).size).toBe(found.length);
  });

  it('misses none when one goes out of the list between pages', async () => {
    const all = add(150);
    account.beforePage = (query) => {
      if (query.get('skip') === '99') account.forget('payout-149');
    };
    expect(await listed(0, 60)).toEqual(all.slice(0, -1).sort());
  });

  it('is none as long as it moves within one second', async () => {
    add(150);
    account.beforePage = () => account.add({ referenceId: 'late', createdAt: NOON });
    await expect(list(at(0), at(1))).rejects.toThrow(`RazorpayX’ list of second ${NOON} moves while it is read`);
  });

  it('is none when its order changes from page to page, so that some would be missed', async () => {
    add(150);
    let odd = false;
    account.inOrder = (payouts) => ((odd = !odd) ? payouts : [...payouts].reverse());
    await expect(list(at(0), at(1))).rejects.toThrow('moves while it is read');
  });

  it('is none when a payout comes twice, though each page begins where the one before has ended', async () => {
    add(150);
    let pages = 0;
    account.inOrder = (payouts) => {
      const [first, second, third] = [payouts.slice(0, 50), payouts.slice(50, 100), payouts.slice(100)];
      return ++pages === 1 ? payouts : [...third, ...second, ...first];
    };
    await expect(list(at(0), at(1))).rejects.toThrow('moves while it is read');
  });

  it.each([
    ['an amount that is no integer', { amount: 600.5 }],
    ['an amount as text', { amount: '60000' }],
    ['another currency', { currency: 'USD' }],
    ['no id', { id: null }],
    ['no time', { created_at: null }],
    ['a time in milliseconds', { created_at: NOON * 1_000 }],
    ['a time outside of the period', { created_at: NOON - 3_600 }],
    ['a reference that is no text', { reference_id: 7 }],
  ])('is none when one of its payouts has %s', async (_, override) => {
    add(3, (i) => i);
    account.override = override;
    await expect(list(at(0), at(60))).rejects.toThrow();
  });

  it('has those that have come back or failed, and none without a reference', async () => {
    add(1);
    account.add({ createdAt: NOON });
    for (const status of ['reversed', 'failed', 'cancelled', 'a new one']) {
      account.override = { status, utr: null };
      expect(await listed(0, 60)).toEqual(['payout-0']);
    }
  });

  it('is none without the right credentials or account, and when its time is over', async () => {
    const { settings } = account;
    const strangers: [Partial<RazorpayXSettings>, string][] = [
      [{ keySecret: 'wrong' }, 'RazorpayX answered 401'],
      [{ accountNumber: '2224440041626905' }, 'RazorpayX answered 400'],
    ];
    for (const [change, message] of strangers)
      await expect(list(at(0), at(60), new RazorpayX({ ...settings, ...change }))).rejects.toThrow(message);
    const over = lister.listOrders({ from: at(0), to: at(60) }, null, AbortSignal.abort());
    await expect(over).rejects.toThrow(NoAnswer);
  });

  it('may have a hundred payouts with all the notes that RazorpayX takes', async () => {
    add(100, (i) => i);
    account.override = { notes: Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`n${i}`, 'x'.repeat(256)])) };
    expect(await listed(0, 100)).toHaveLength(100);
  });
});

describe('a refusal of RazorpayX', () => {
  it.each([
    ['a name that is too short', { beneficiary: { name: 'A', accountNumber: '50100000000001', ifsc: 'HDFC0000001' } }],
    ['an amount below its least', { amountPaise: 99n }],
  ])('of the request itself is final, when nothing is there: %s', async (_, change) => {
    const transfer = aTransfer(change);
    expect(await submit(transfer)).toMatchObject({ kind: 'rejected', failure: { code: 'gateway_refused' } });
    expect(await inquire(transfer)).toMatchObject({ kind: 'not_found' });
  });

  it('of our credentials decides nothing about the payout', async () => {
    const stranger = new RazorpayX({ ...double.settings, keySecret: 'wrong' });
    await expect(submit(aTransfer(), stranger)).rejects.toThrow('RazorpayX answered 401');
  });
});

describe('a RazorpayX that cannot be reached', () => {
  it('gives no answer; one that answers without an outcome does', async () => {
    const nowhere = new RazorpayX({ ...double.settings, url: 'http://127.0.0.1:1' });
    await expect(submit(aTransfer(), nowhere)).rejects.toThrow(NoAnswer);
    const stranger = new RazorpayX({ ...double.settings, keySecret: 'wrong' });
    await expect(submit(aTransfer(), stranger)).rejects.not.toThrow(NoAnswer);
  });
});

describe('a webhook of RazorpayX', () => {
  it('is known by its body, whatever its header says that nobody signs', async () => {
    const { reference } = aTransfer();
    const callback = double.callback(reference, 'succeeded');
    const sentAs = (name: string | undefined, { headers, ...rest } = callback) => {
      const [event] = bank.parseCallback({ ...rest, headers: { ...headers, 'x-razorpay-event-id': name } });
      return (event as { id: string }).id;
    };
    expect(new Set([sentAs('ev_1'), sentAs('ev_2'), sentAs(undefined)]).size).toBe(1);
    expect(sentAs('ev_1', double.callback(reference, 'returned'))).not.toBe(sentAs('ev_1'));
  });

  it('may be signed with the old secret while a new one replaces it', async () => {
    const callback = double.callback(aTransfer().reference, 'succeeded');
    const [old] = double.settings.webhookSecrets;
    const during = new RazorpayX({ ...double.settings, webhookSecrets: ['the new secret', old!] });
    expect(during.parseCallback(callback)).toHaveLength(1);
    const afterwards = new RazorpayX({ ...double.settings, webhookSecrets: ['the new secret'] });
    expect(() => afterwards.parseCallback(callback)).toThrow(CallbackRefused);
  });

  it('about something else has no meaning', async () => {
    const { reference } = aTransfer();
    const { headers, body, receivedAt } = double.callback(reference, 'succeeded');
    const other = Buffer.from(body.toString().replaceAll('"payout"', '"downtime"'));
    expect(bank.parseCallback({ headers: signed(headers, other), body: other, receivedAt })).toEqual([]);
  });
});

function signed(headers: object, body: Buffer) {
  const signature = createHmac('sha256', double.settings.webhookSecrets[0]!).update(body).digest('hex');
  return { ...headers, 'x-razorpay-signature': signature };
}
