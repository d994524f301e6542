import { describe, expect, it } from 'vitest';
import type { BankAccountDocument } from '../../api/generated/types.gen.ts';
import { matches } from './bank-accounts.ts';

const ACCOUNT: BankAccountDocument = {
  id: 'a1',
  account_holder_name: 'Asha Rao',
  account_number_last4: '4321',
  ifsc: 'HDFC0000001',
  vpa: null,
  is_active: true,
  created_at: '2026-11-28T12:00:00.000Z',
};

describe('a search for a bank account', () => {
  it.each(['asha', 'RAO asha', '4321', '43', 'hdfc', 'HDFC0000001', 'rao 4321 hdfc', ''])(
    'finds it by %j',
    (search) => {
      expect(matches(ACCOUNT, search)).toBe(true);
    },
  );

  it.each(['0001', '1', 'asha 0001', '8765', 'icic'])('does not find it by %j', (search) => {
    expect(matches({ ...ACCOUNT, account_number_last4: '4325' }, search)).toBe(false);
  });

  it('finds a VPA by any part of it', () => {
    const account = { ...ACCOUNT, account_number_last4: null, ifsc: null, vpa: 'asha@okaxis' };
    expect([matches(account, 'okaxis'), matches(account, 'hdfc')]).toEqual([true, false]);
  });
});
