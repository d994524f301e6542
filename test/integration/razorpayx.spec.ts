import { createHash, createHmac, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RazorpayX } from '../../src/modules/gateways/infrastructure/bank-razorpayx.js';
import { CallbackRefused } from '../../src/modules/gateways/domain/callback-events.js';
import { NoAnswer } from '../../src/modules/gateways/domain/no-answer.js';
import type { Transfer } from '../../src/modules/gateways/domain/transfer.js';
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
