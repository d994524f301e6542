import { describe, expect, it } from '@jest/globals';
import { changed, EMAIL, type Merchant } from './merchant.js';

const created = new Date('2026-01-05T10:00:00.000Z');
const later = new Date('2026-01-06T10:00:00.000Z');

function aMerchant(): Merchant {
  return {
    id: '01900000-0000-7000-8000-000000000001',
    name: 'Acme Agency',
    email: 'ops@acme.example',
    isActive: true,
    readsPerSecond: null,
    writesPerSecond: null,
    createdAt: created,
    updatedAt: created,
  };
}

describe('a merchant', () => {
  it('changes what is named and keeps the rest', () => {
    const after = changed(aMerchant(), { isActive: false }, later);
    expect(after).toEqual({ ...aMerchant(), isActive: false, updatedAt: later });
    expect(changed(after, { name: 'Acme', email: 'a@b.example' }, later)).toEqual({
      ...after,
      name: 'Acme',
      email: 'a@b.example',
    });
  });

  it('is the very same one when nothing is different', () => {
    const merchant = aMerchant();
    expect(changed(merchant, {}, later)).toBe(merchant);
    expect(changed(merchant, { name: 'Acme Agency', isActive: true }, later)).toBe(merchant);
  });

  it('is allowed requests of its own number until that is taken back', () => {
    const limited = changed(aMerchant(), { writesPerSecond: 10 }, later);
    expect(limited).toEqual({ ...aMerchant(), writesPerSecond: 10, updatedAt: later });
    expect(changed(limited, { writesPerSecond: 10, readsPerSecond: null }, later)).toBe(limited);
    expect(changed(limited, { writesPerSecond: null }, later)).toMatchObject({ writesPerSecond: null });
  });

  it('was never changed before it was made, even when the clock went back', () => {
    const earlier = new Date(created.getTime() - 60_000);
    expect(changed(aMerchant(), { isActive: false }, earlier).updatedAt).toEqual(created);
  });
});

describe('an e-mail address', () => {
  it.each(['a@b.in', 'ops+payouts@acme-agency.co.in', 'विपणन@डाटामेल.भारत'])('may be %s', (text) => {
    expect(text).toMatch(EMAIL);
  });

  it.each(['', 'acme', 'acme@', '@acme.in', 'acme@localhost', 'a b@acme.in', 'a@b@acme.in', 'acme@acme.'])(
    'cannot be "%s"',
    (text) => {
      expect(text).not.toMatch(EMAIL);
    },
  );
});
