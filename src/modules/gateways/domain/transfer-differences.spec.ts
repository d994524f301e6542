import { describe, expect, it } from '@jest/globals';
import type { Transfer } from './transfer.js';
import { differenceFrom, isWhole } from './transfer-differences.js';

const TO_ACCOUNT: Transfer = {
  reference: '01980000-0000-7000-8000-000000000001',
  amountPaise: 9_000_00n,
  mode: 'IMPS',
  beneficiary: { name: 'Asha Rao', accountNumber: '0050100A234000', ifsc: 'HDFC0000001' },
  narration: null,
};
const TO_VPA: Transfer = { ...TO_ACCOUNT, mode: 'UPI', beneficiary: { name: 'Asha Rao', vpa: 'asha.rao@okaxis' } };

describe('what a bank says that it has transferred', () => {
  it.each([
    ['nothing', {}],
    ['null', { accountNumber: null, vpa: null }],
    ['an empty text', { accountNumber: '' }],
    ['the amount', { amountPaise: 9_000_00n }],
    ['the account', { accountNumber: '0050100A234000' }],
    ['it without the zeros before it', { accountNumber: '50100A234000' }],
    ['it with more of them', { accountNumber: '00000050100A234000' }],
    ['it in groups and in lower case', { accountNumber: '0050-100a 2340 00' }],
    ['its last digits', { accountNumber: 'XXXXXXXXXX4000' }],
    ['its last digits after one mask', { accountNumber: '…4000' }],
    ['its first digits', { accountNumber: '0050100*******' }],
    ['its first digits without the zeros', { accountNumber: '50100*******' }],
    ['both ends', { accountNumber: '0050xxxxxx00' }],
    ['a part in between', { accountNumber: '00***00A2***00' }],
    ['only masks', { accountNumber: '**************' }],
    ['a VPA, of a transfer to an account', { vpa: 'someone@okaxis' }],
  ])('is what was submitted when it is %s', (_, reported) => {
    expect(differenceFrom(TO_ACCOUNT, reported)).toBeNull();
  });

  it.each([
    ['a paisa less', 'amount', { amountPaise: 9_000_00n - 1n }],
    ['a rupee', 'amount', { amountPaise: 1_00n, accountNumber: '0050100A234000' }],
    ['another account', 'account', { accountNumber: '99999999999' }],
    ['a longer one', 'account', { accountNumber: '0050100A2340001' }],
    ['zeros alone', 'account', { accountNumber: '000' }],
    ['other last digits', 'account', { accountNumber: 'XXXXXXXXXX4001' }],
    ['other first digits', 'account', { accountNumber: '0051XXXXXXXXXX' }],
    ['other digits in between', 'account', { accountNumber: '00***99***00' }],
  ] as const)('is another transfer when it is %s', (_, difference, reported) => {
    expect(differenceFrom(TO_ACCOUNT, reported)).toBe(difference);
  });

  it.each([
    ['the VPA', null, { vpa: 'Asha.Rao@OKAXIS' }],
    ['a part of it', null, { vpa: 'as***@okaxis' }],
    ['the account behind it, which the bank has found', null, { accountNumber: '99999999999' }],
    ['another one', 'VPA', { vpa: 'asha.rao@ybl' }],
    ['one that a dot makes another', 'VPA', { vpa: 'a.rao@okaxis' }],
    ['one that a double x makes another', 'VPA', { vpa: 'axx.rao@okaxis' }],
    ['a part of another one', 'VPA', { vpa: 'bo***@okaxis' }],
  ] as const)('is compared with a VPA: %s', (_, difference, reported) => {
    expect(differenceFrom(TO_VPA, reported)).toBe(difference);
  });
});

describe('what a bank says of amount and destination', () => {
  it.each([
    ['both', TO_ACCOUNT, { amountPaise: 100n, accountNumber: '0050100A234000' }, true],
    ['the amount and the end of the account', TO_ACCOUNT, { amountPaise: 100n, accountNumber: 'XXXXXXXX4000' }, true],
    ['the amount and the VPA', TO_VPA, { amountPaise: 100n, vpa: 'asha@okaxis' }, true],
    ['the amount and the beginning of the VPA', TO_VPA, { amountPaise: 100n, vpa: 'as***@okaxis' }, true],
    ['the amount and the domain of the VPA', TO_VPA, { amountPaise: 100n, vpa: '***@okaxis' }, false],
    ['the amount and one letter of the VPA', TO_VPA, { amountPaise: 100n, vpa: 'a***@okaxis' }, false],
    ['the amount and two digits of the account', TO_ACCOUNT, { amountPaise: 100n, accountNumber: '*****00' }, false],
    ['the amount', TO_ACCOUNT, { amountPaise: 100n }, false],
    ['the amount and a mask', TO_ACCOUNT, { amountPaise: 100n, accountNumber: '********' }, false],
    ['the amount and masks', TO_ACCOUNT, { amountPaise: 100n, accountNumber: 'XXXX XXXX XXXX' }, false],
    ['the amount and masks of a VPA', TO_VPA, { amountPaise: 100n, vpa: '***@***' }, false],
    ['the amount and nothing', TO_ACCOUNT, { amountPaise: 100n, accountNumber: '', vpa: null }, false],
    ['the amount and a VPA, of a transfer to an account', TO_ACCOUNT, { amountPaise: 100n, vpa: 'a@okaxis' }, false],
    ['the amount and the account behind the VPA', TO_VPA, { amountPaise: 100n, accountNumber: '0099' }, false],
    ['the account', TO_ACCOUNT, { accountNumber: '0050100A234000' }, false],
  ])('is whole or not: %s', (_, transfer, reported, whole) => {
    expect(isWhole(transfer, reported)).toBe(whole);
  });
});
