import { describe, expect, it } from 'vitest';
import { queryOf } from './payout-filters.ts';

describe('the filters in the address of the payouts', () => {
  it('are what is asked for', () => {
    const filters = { status: 'failed', needs_attention: 'true', reference_id: ' 1e5 ', utr: ' hdfc0000123456' };
    expect(queryOf(filters, 'abc')).toEqual({
      limit: 50,
      cursor: 'abc',
      status: 'failed',
      needs_attention: true,
      reference_id: '1e5',
      utr: 'HDFC0000123456',
    });
  });

  it('count days as India does, the last one to its end', () => {
    expect(queryOf({ created_from: '2026-11-01', created_to: '2026-11-26' }, undefined)).toEqual({
      limit: 50,
      created_from: '2026-10-31T18:30:00.000Z',
      created_to: '2026-11-26T18:30:00.000Z',
    });
  });

  it('filter nothing by a period that ends before it begins, and by amounts in it', () => {
    const backwards = { created_from: '2026-11-26', created_to: '2026-11-01', amount_from: '5', status: 'failed' };
    expect(queryOf(backwards, undefined)).toEqual({ limit: 50, status: 'failed' });
  });

  it('filter nothing by amounts of which the smallest is above the largest', () => {
    expect(queryOf({ amount_from: '1,000', amount_to: '999.99', status: 'failed' }, undefined)).toEqual({
      limit: 50,
      status: 'failed',
    });
    expect(queryOf({ amount_from: '5', amount_to: '5' }, undefined)).toMatchObject({ max_amount_paise: 500 });
  });

  it('take amounts as people type them', () => {
    expect(queryOf({ amount_from: '1,00,000.5', amount_to: '₹2e5' }, undefined)).toEqual({
      limit: 50,
      min_amount_paise: 10_000_050,
      max_amount_paise: 20_000_000,
    });
  });

  it('filter nothing where they are none', () => {
    const filters = {
      status: 'paid',
      waiting_for: '',
      needs_attention: 'no',
      created_from: '2026-13-45',
      created_to: 'x',
      amount_from: '1,0,0',
    };
    expect(queryOf(filters, undefined)).toEqual({ limit: 50 });
  });
});
