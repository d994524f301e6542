import { describe, expect, it } from '@jest/globals';
import { isOfCoordinator, onShard } from './shard-place.js';

const PLACE = { tables: { books: '7', payouts: '8', payout_events: '9' } };

describe('a statement on a shard', () => {
  it('has the names that the tables have there, wherever they stand as words', () => {
    const text = 'UPDATE payouts p SET a = payouts.b FROM public.books b JOIN payout_events e ON e.payouts_id = b.id';
    expect(onShard(text, PLACE)).toBe(
      'UPDATE payouts_8 p SET a = payouts_8.b FROM public.books_7 b JOIN payout_events_9 e ON e.payouts_id = b.id',
    );
  });

  it('leaves columns and values of the same name alone', () => {
    const text = `SELECT b.payouts FROM books b WHERE kind = 'payouts'`;
    expect(onShard(text, PLACE)).toBe(`SELECT b.payouts FROM books_7 b WHERE kind = 'payouts'`);
  });

  it.each([
    ['SELECT live_ms FROM live_time', true],
    ['INSERT INTO merchant_limits (merchant_id) VALUES ($1)', true],
    ['SELECT next_attempt_live_ms FROM payouts', false],
    ['SELECT FROM books WHERE merchant_id = $1', false],
  ])('is of the coordinator where it names what the coordinator alone has: %s', (text, expected) => {
    expect(isOfCoordinator(text)).toBe(expected);
  });
});
