import { expect, it } from 'vitest';
import { paymentQuery, refundQuery } from './queries.ts';

it('payments and refunds are not asked for by a period that ends before it begins, nor by amounts in it', () => {
  const backwards = { created_from: '2026-11-26', created_to: '2026-11-01', amount_from: '5', currency: 'INR' };
  const none = { created_from: undefined, created_to: undefined };
  expect(paymentQuery(backwards)).toMatchObject({ ...none, min_amount: undefined, currency: 'INR' });
  expect(refundQuery(backwards)).toMatchObject({ ...none, min_amount_paise: undefined });
  expect(paymentQuery({ ...backwards, created_to: '2026-11-27' })).toMatchObject({
    created_from: '2026-11-25T18:30:00.000Z',
    created_to: '2026-11-27T18:30:00.000Z',
    min_amount: 500,
  });
});

it('payments and refunds are not asked for by amounts of which the smallest is above the largest', () => {
  const reversed = { created_from: '2026-11-01', created_to: '2026-11-02', amount_from: '5', amount_to: '4.99' };
  expect(paymentQuery({ ...reversed, currency: 'USD' })).toMatchObject({
    min_amount: undefined,
    max_amount: undefined,
  });
  expect(refundQuery(reversed)).toMatchObject({ min_amount_paise: undefined, max_amount_paise: undefined });
  expect(refundQuery({ ...reversed, amount_to: '5' })).toMatchObject({ min_amount_paise: 500, max_amount_paise: 500 });
});
