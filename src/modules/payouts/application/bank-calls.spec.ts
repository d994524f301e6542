import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Transfer } from '../../gateways/gateways.public.js';
import { digestOf } from './bank-calls.js';

const TRANSFER: Transfer = {
  reference: '019b8c6d-3a00-7d02-8a11-0c0ffee12345',
  amountPaise: 10_000n,
  mode: 'IMPS',
  beneficiary: { name: 'Asha Rao', accountNumber: '50100012340001', ifsc: 'HDFC0000001' },
  narration: 'Invoice 17',
};

describe('the digest of what a bank is asked for', () => {
  it('is the one that docs/ledger-hash.md works out', () => {
    const page = readFileSync('docs/ledger-hash.md', 'utf8');
    const [, asked] = /```text\n(\[".*\])\n```/.exec(page)!;
    const { reference, amountPaise, mode, beneficiary, narration } = TRANSFER;
    const { name, accountNumber, ifsc } = beneficiary;
    expect(JSON.parse(asked!)).toEqual([
      ...[reference, `${amountPaise}`, mode, name, accountNumber, ifsc, null, narration],
    ]);
    expect(page).toContain(`| ${digestOf(TRANSFER)} | 64 `);
  });

  it.each<[string, Partial<Transfer>]>([
    ['which payout it is', { reference: '019b8c6d-3a00-7d02-8a11-0c0ffee12346' }],
    ['the amount, by a paisa', { amountPaise: 10_001n }],
    ['the mode', { mode: 'NEFT' }],
    ['the name', { beneficiary: { name: 'Asha Roa', accountNumber: '50100012340001', ifsc: 'HDFC0000001' } }],
    ['the account', { beneficiary: { name: 'Asha Rao', accountNumber: '50100012340002', ifsc: 'HDFC0000001' } }],
    ['the bank', { beneficiary: { name: 'Asha Rao', accountNumber: '50100012340001', ifsc: 'HDFC0000002' } }],
    ['that it goes to a VPA', { beneficiary: { name: 'Asha Rao', vpa: 'asha@hdfc' } }],
    ['the narration', { narration: null }],
  ])('changes with %s', (_, change) => {
    expect(digestOf({ ...TRANSFER, ...change })).not.toBe(digestOf(TRANSFER));
  });
});
