import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Cashfree } from '../../src/modules/gateways/infrastructure/bank-cashfree.js';
import { paiseOf, rupeesOf } from '../../src/modules/gateways/infrastructure/bank-cashfree-status.js';
import { CallbackRefused } from '../../src/modules/gateways/domain/callback-events.js';
import type { Transfer } from '../../src/modules/gateways/domain/transfer.js';
import { type CashfreeDouble, openCashfreeDouble } from '../support/cashfree-double.js';

const UTR = 'CF20261121000001';

let double: CashfreeDouble;
let bank: Cashfree;

beforeAll(async () => {
  double = await openCashfreeDouble({ slowAnswerMs: 100, settlementMs: 100, returnMs: 100 });
  bank = new Cashfree(double.settings);
});

afterEach(() => {
  double.override = {};
});

afterAll(() => double.close());

const aTransfer = (change: Partial<Transfer> = {}): Transfer => ({
  reference: randomUUID(),
  amountPaise: 60_001n,
  mode: 'NEFT',
  beneficiary: { name: 'Asha Rao', accountNumber: '50100000000001', ifsc: 'HDFC0000001' },
  narration: null,
  ...change,
});

const submit = (transfer: Transfer, by = bank) => by.submit(transfer, AbortSignal.timeout(5_000));
const inquire = (transfer: Transfer) => bank.inquire(transfer, AbortSignal.timeout(5_000));

describe('rupees and paise', () => {
  it.each([
    [100n, 1],
    [60_001n, 600.01],
    [110n, 1.1],
    [10_000_000_000_099n, 100_000_000_000.99],
  ])('%s paise are %d rupees, both ways', (paise, rupees) => {
    expect(rupeesOf(paise)).toBe(rupees);
    expect(paiseOf(rupees)).toBe(paise);
  });

  it('are the same for every paisa of a thousand rupees', () => {
    for (let paise = 100n; paise <= 1_000_00n; paise++) expect(paiseOf(rupeesOf(paise))).toBe(paise);
  });

  it.each([600.001, -1, NaN, 1e21, '6,00', '', ' 1', '1.', Infinity])('are not guessed from %p', (text) => {
    expect(() => paiseOf(text)).toThrow();
  });
});

describe('a request to Cashfree', () => {
  it('is one transfer under the payout’s id without dashes, with the beneficiary in it', async () => {
    const transfer = aTransfer();
    await submit(transfer);
    const { method, path, headers, json } = double.requests.at(-1)!;
    expect([method, path]).toEqual(['POST', '/payout/transfers']);
    expect(headers).toMatchObject({
      'x-client-id': 'CF_ID',
      'x-client-secret': 'cf_secret_of_tests',
      'x-api-version': '2024-01-01',
    });
    expect(json).toEqual({
      transfer_id: transfer.reference.replaceAll('-', ''),
      transfer_amount: 600.01,
      transfer_currency: 'INR',
      transfer_mode: 'neft',
      beneficiary_details: {
        beneficiary_name: 'Asha Rao',
        beneficiary_instrument_details: { bank_account_number: '50100000000001', bank_ifsc: 'HDFC0000001' },
      },
      fundsource_id: 'CASHFREE_1',
    });
  });

  it('names no fund source when none is set: the account has its own', async () => {
    await new Cashfree({ ...double.settings, fundSourceId: null }).submit(aTransfer(), AbortSignal.timeout(5_000));
    expect(double.requests.at(-1)!.json).not.toHaveProperty('fundsource_id');
  });

  it('that is sent again is refused there, and answered here as the first was', async () => {
    const transfer = aTransfer();
    const first = await submit(transfer);
    expect(await submit(transfer)).toMatchObject({ kind: 'succeeded', utr: (first as { utr?: string }).utr });
    expect(double.requests.slice(-2).map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(double.timesPaid(transfer.reference)).toBe(1);
  });

  it('is not made for a reference that is no UUID: it could not be translated back', async () => {
    const before = double.requests.length;
    await expect(submit(aTransfer({ reference: 'payout-1' }))).rejects.toThrow('no UUID');
    expect(double.requests).toHaveLength(before);
  });
});

describe('a status of Cashfree', () => {
  it.each([
    ['RECEIVED', 'RECEIVED', null, { kind: 'pending', code: 'received' }],
    ['PENDING', 'SENT_TO_BENEFICIARY', UTR, { kind: 'pending' }],
    ['APPROVAL_PENDING', 'VELOCITY_CHECK_FAILED', null, { kind: 'pending' }],
    ['QUEUED', 'LOW_BALANCE', null, { kind: 'pending' }],
    ['SUCCESS', 'COMPLETED', null, { kind: 'pending', code: 'utr_pending' }],
    ['SUCCESS', 'COMPLETED', UTR, { kind: 'succeeded', utr: UTR }],
    ['FAILED', 'BENE_BANK_DECLINED', null, { kind: 'rejected', failure: { code: 'beneficiary_bank_rejected' } }],
    ['FAILED', 'SOMETHING_NEW', null, { kind: 'rejected', failure: { code: 'gateway_refused' } }],
    ['REJECTED', null, null, { kind: 'rejected', failure: { code: 'gateway_refused' } }],
    ['REVERSED', 'RETURNED_FROM_BENEFICIARY', UTR, { kind: 'returned', utr: UTR }],
    ['REVERSED', null, null, { kind: 'returned', failure: { code: 'returned_by_bank' } }],
    ['FAILED', 'RETURNED_FROM_BENEFICIARY', UTR, { kind: 'rejected', utr: UTR }],
  ])('%s for %s, with the UTR %s, means what it must', async (status, status_code, transfer_utr, ending) => {
    const transfer = aTransfer();
    await submit(transfer);
    double.override = { status, status_code, transfer_utr };
    expect(await inquire(transfer)).toMatchObject(ending);
  });

  it.each([
    ['a status that is not documented', { status: 'TELEPORTED' }],
    ['another transfer', { transfer_id: 'f'.repeat(32) }],
    ['no status', { status: null }],
  ])('is not believed when it comes with %s', async (_, override) => {
    const transfer = aTransfer();
    await submit(transfer);
    double.override = override;
    await expect(inquire(transfer)).rejects.toThrow();
    await expect(submit(transfer)).rejects.toThrow();
  });

  it('comes with what was transferred, as far as Cashfree says it', async () => {
    const transfer = aTransfer();
    const there = { amountPaise: 60_001n, accountNumber: '50100000000001' };
    expect(await submit(transfer)).toMatchObject({ transferred: there });
    expect(await inquire(transfer)).toMatchObject({ transferred: there });
    double.override = { transfer_amount: '600.02', beneficiary_details: { beneficiary_id: 'ASHA' } };
    expect(await inquire(transfer)).toMatchObject({ transferred: { amountPaise: 60_002n } });
    double.override = { transfer_amount: 600.011 };
    await expect(inquire(transfer)).rejects.toThrow('no amount');
  });
});

describe('a refusal of Cashfree', () => {
  it('of the request itself is final, when nothing is there', async () => {
    const to = { name: 'Asha Rao', accountNumber: '5'.repeat(35), ifsc: 'HDFC0000001' };
    const transfer = aTransfer({ beneficiary: to });
    expect(await submit(transfer)).toMatchObject({ kind: 'rejected', failure: { code: expect.any(String) } });
    expect(await inquire(transfer)).toMatchObject({ kind: 'not_found' });
  });

  it('of our credentials decides nothing about the transfer', async () => {
    const stranger = new Cashfree({ ...double.settings, clientSecrets: ['wrong'] });
    await expect(submit(aTransfer(), stranger)).rejects.toThrow('Cashfree answered 401');
  });
});

describe('a client secret of Cashfree that replaces another', () => {
  it('sends, while webhooks may be signed with either', async () => {
    const [current] = double.settings.clientSecrets;
    const bothOf = (...clientSecrets: string[]) => new Cashfree({ ...double.settings, clientSecrets });
    const transfer = aTransfer();
    expect(await submit(transfer, bothOf(current!, 'the old secret'))).toMatchObject({ kind: 'succeeded' });
    await expect(submit(transfer, bothOf('the new secret', current!))).rejects.toThrow('Cashfree answered 401');
    const callback = double.callback(transfer.reference, 'succeeded');
    for (const secrets of [
      [current!, 'the old secret'],
      ['the new secret', current!],
    ])
      expect(bothOf(...secrets).parseCallback(callback)).toHaveLength(1);
    expect(() => bothOf('the new secret').parseCallback(callback)).toThrow(CallbackRefused);
  });
});

describe('a webhook of Cashfree', () => {
  it.each([undefined, '', 'NaN', '1e12', '99999999999999'])(
    'is refused with the time %s, though it is signed',
    (time) => {
      const [body, receivedAt] = [Buffer.from('{}'), new Date()];
      const secret = double.settings.clientSecrets[0]!;
      const signature = createHmac('sha256', secret)
        .update(time ?? '')
        .update(body)
        .digest('base64');
      const headers = { 'x-webhook-signature': signature, 'x-webhook-timestamp': time };
      expect(() => bank.parseCallback({ headers, body, receivedAt })).toThrow(CallbackRefused);
    },
  );

  it.each([(ms: number) => String(ms), (ms: number) => String(Math.floor(ms / 1000))])(
    'may be dated in milliseconds or in seconds',
    async (dated) => {
      const transfer = aTransfer();
      await submit(transfer);
      const { body, receivedAt } = double.callback(transfer.reference, 'succeeded');
      const timestamp = dated(Date.now());
      const signature = createHmac('sha256', double.settings.clientSecrets[0]!)
        .update(timestamp)
        .update(body)
        .digest('base64');
      const headers = { 'x-webhook-signature': signature, 'x-webhook-timestamp': timestamp };
      expect(bank.parseCallback({ headers, body, receivedAt })).toMatchObject([{ reference: transfer.reference }]);
    },
  );
});
