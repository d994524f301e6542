import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Money } from '../../../shared/money.js';
import type { PayoutState } from './payout-state.js';
import { requestDigestOf } from './request-digest.js';

const ACCOUNT = { name: 'Asha Rao', accountNumber: '50100012340001', ifsc: 'HDFC0000001' };
const REQUESTED = {
  id: '019b8c6d-3a00-7d02-8a11-0c0ffee12345',
  amount: Money.ofPaise(10_000n),
  mode: 'IMPS' as const,
  recipient: ACCOUNT,
  narration: 'Invoice 17',
};

describe('the digest of what was requested', () => {
  it('is the one that docs/ledger-hash.md works out', () => {
    const page = readFileSync('docs/ledger-hash.md', 'utf8');
    const [, asked] = /```text\n(\[".*\])\n```/.exec(page)!;
    const { id, amount, mode, narration } = REQUESTED;
    const { name, accountNumber, ifsc } = ACCOUNT;
    expect(JSON.parse(asked!)).toEqual([id, `${amount.paise}`, mode, name, accountNumber, ifsc, null, narration]);
    expect(page).toContain(`| ${requestDigestOf(REQUESTED)} | 64 `);
  });

  it.each<[string, Partial<PayoutState>]>([
    ['which payout it is', { id: '019b8c6d-3a00-7d02-8a11-0c0ffee12346' }],
    ['the amount, by a paisa', { amount: Money.ofPaise(10_001n) }],
    ['the mode', { mode: 'NEFT' }],
    ['the name', { recipient: { ...ACCOUNT, name: 'Asha Roa' } }],
    ['the account', { recipient: { ...ACCOUNT, accountNumber: '50100012340002' } }],
    ['the bank', { recipient: { ...ACCOUNT, ifsc: 'HDFC0000002' } }],
    ['that it goes to a VPA', { recipient: { name: 'Asha Rao', vpa: 'asha@hdfc' } }],
    ['the narration', { narration: null }],
  ])('changes with %s', (_, change) => {
    expect(requestDigestOf({ ...REQUESTED, ...change })).not.toBe(requestDigestOf(REQUESTED));
  });
});
