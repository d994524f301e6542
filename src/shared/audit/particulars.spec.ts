import { describe, expect, it } from '@jest/globals';
import type { OrderFault } from './order-faults.js';
import { faultOf, type Particulars, PARTICULARS, sentenceOf } from './particulars.js';

const EVENT = { event_seq: 2, event_type: 'payout.processing' };

/** Each sentence follows `payout p1 is completed, but`. */
const FAULTS: readonly (readonly [OrderFault, string])[] = [
  [
    { code: 'transactions_differ', values: { found: [], due: ['payout_hold'] } },
    'the ledger has nothing for it instead of payout_hold',
  ],
  [
    { code: 'transactions_differ', values: { found: ['payout_hold', 'payout_release'], due: ['payout_hold'] } },
    'the ledger has payout_hold, payout_release for it instead of payout_hold',
  ],
  [
    {
      code: 'movement_differs',
      values: { transaction_kind: 'payout_hold', seq: 4, moved: { held: '1', available: '-1' }, due: {} },
    },
    'its payout_hold (transaction 4) moved available −₹0.01, held ₹0.01 instead of nothing',
  ],
  [{ code: 'request_differs', values: {} }, 'it differs from what was requested'],
  [
    { code: 'reversal_differs', values: { transaction_kind: 'payout_reversal', seq: 5 } },
    'its payout_reversal (transaction 5) does not reverse its settlement',
  ],
  [{ code: 'requester_differs', values: {} }, 'its timeline names another requester than its hold'],
  [{ code: 'utr_differs', values: {} }, 'its UTR differs from the one with which it was completed'],
  [{ code: 'provider_id_differs', values: {} }, 'its provider id differs from the one with which it succeeded'],
  [{ code: 'bank_says_otherwise', values: {} }, 'the bank says otherwise'],
  [{ code: 'bank_has_another_transfer', values: {} }, 'the bank has another transfer under its reference'],
  [{ code: 'gateway_says_otherwise', values: {} }, 'the gateway says otherwise'],
  [
    { code: 'gateway_has_another_amount', values: {} },
    'the gateway has another amount or currency under its reference',
  ],
  [
    { code: 'bank_disagreement_lost', values: {} },
    'its timeline records that the bank disagreed, which the payout itself does not show',
  ],
  [
    { code: 'provider_disagreement_lost', values: {} },
    'its timeline records that the provider disagreed, which the payment itself does not show',
  ],
  [
    { code: 'refund_disagreement_lost', values: { refund_id: 'r1' } },
    'its timeline records that the provider disagreed about refund r1, which the refund itself does not show',
  ],
  [
    { code: 'event_of_missing_refund', values: { event_type: 'refund.failed' } },
    'its timeline has the event refund.failed of a refund that does not exist',
  ],
  [
    { code: 'refund_timeline_differs', values: { refund_id: 'r1', refund_status: 'failed' } },
    'its timeline does not show refund r1 as failed',
  ],
  [
    { code: 'events_miscounted', values: { counted: 2, found: 3 } },
    'its timeline has 3 events, although 2 were counted',
  ],
  [
    { code: 'event_out_of_sequence', values: { event_seq: 3, due_seq: 2 } },
    'its timeline has event 3 where event 2 is expected',
  ],
  [
    { code: 'event_move_not_allowed', values: { ...EVENT, from: null, to: 'failed', after: 'pending' } },
    'event 2 (payout.processing) moves it from nothing to failed, which is not allowed after pending',
  ],
  [{ code: 'timeline_missing', values: {} }, 'it has no timeline'],
  [{ code: 'timeline_end_differs', values: { ends_as: 'failed' } }, 'its timeline ends with the status failed'],
  [{ code: 'event_without_hash', values: EVENT }, 'event 2 (payout.processing) of its timeline has no hash'],
  [
    { code: 'event_changed', values: EVENT },
    'event 2 (payout.processing) of its timeline, or an earlier one, was changed: the hash does not match the content',
  ],
  [{ code: 'timeline_hash_differs', values: {} }, 'its timeline does not end with the hash that is stored for it'],
];

const CALLBACK = { callback_id: 'evt_1', gateway: 'razorpayx' };
const HEAD = { seq: 5, hash: 'ab', expected_hash: 'cd' };

const OTHERS: readonly (readonly [Particulars, string])[] = [
  [
    { code: 'credit_differs', values: { id: 'p1', status: null, captured_paise: '0', credited_paise: '5' } },
    'payment p1 was not captured, but the ledger credits ₹0.05',
  ],
  [
    {
      code: 'credit_differs',
      values: { id: 'p1', status: 'succeeded', captured_paise: '10000000', credited_paise: '5' },
    },
    'payment p1 is succeeded and captured ₹1,00,000.00, but the ledger credits ₹0.05',
  ],
  [
    {
      code: 'refund_claims_differ',
      values: {
        id: 'p1',
        currency: 'USD',
        captured_minor: '9',
        shown_minor: '8',
        claimed_minor: '7',
        refunded_minor: '6',
      },
    },
    'payment p1 captured 9 and shows 8 as claimed by refunds, but they claim 7, and 6 was refunded, in the minor unit of USD',
  ],
  [
    {
      code: 'refund_claims_differ',
      values: {
        id: 'p1',
        currency: 'INR',
        captured_minor: '900',
        shown_minor: '800',
        claimed_minor: '700',
        refunded_minor: '600',
      },
    },
    'payment p1 captured ₹9.00 and shows ₹8.00 as claimed by refunds, but they claim ₹7.00, and ₹6.00 was refunded',
  ],
  [
    { code: 'transaction_of_missing_order', values: { subject: 'payment', id: 'p1', transaction_kind: 'payment' } },
    'the ledger has a credit for payment p1, which does not exist',
  ],
  [
    { code: 'transaction_of_missing_order', values: { subject: 'refund', id: 'r1', transaction_kind: 'refund_hold' } },
    'the ledger has a refund_hold for refund r1, which does not exist',
  ],
  [
    { code: 'timeline_of_missing_order', values: { subject: 'payout', id: 'p1' } },
    'there is a timeline for payout p1, which does not exist',
  ],
  [{ code: 'utr_shared', values: { id: 'p1', other_id: 'p2', utr: 'U1' } }, 'payouts p1 and p2 both have the UTR U1'],
  [
    {
      code: 'provider_id_shared',
      values: { subject: 'refund', id: 'r1', other_id: 'r2', provider_id: 're_1', gateway: 'stripe' },
    },
    'refunds r1 and r2 both have the id re_1 from stripe',
  ],
  [
    { code: 'callback_refused', values: { ...CALLBACK, subject: 'payout', id: 'p1', outcome: 'amount_mismatch' } },
    'callback evt_1 from razorpayx about payout p1 was not accepted: amount_mismatch',
  ],
  [{ code: 'callback_unreadable', values: CALLBACK }, 'callback evt_1 from razorpayx cannot be read'],
  [
    { code: 'callback_of_no_book', values: { ...CALLBACK, subject: 'payment', id: 'p1' } },
    'callback evt_1 from razorpayx is about payment p1, which is in no book',
  ],
  [{ code: 'event_gap', values: { event_number: 7, previous_number: 5 } }, 'event 7 follows event 5'],
  [
    { code: 'event_id_out_of_order', values: { event_number: 7, previous_number: 6 } },
    'event 7 has a lower id than event 6',
  ],
  [{ code: 'transaction_out_of_sequence', values: { seq: 4, previous_seq: 2 } }, 'transaction 4 follows transaction 2'],
  [
    { code: 'entry_without_transaction', values: { seq: 9, account: 'held' } },
    'an entry on held belongs to transaction 9, which does not exist',
  ],
  [
    { code: 'hold_without_digest', values: { seq: 4, transaction_kind: 'payout_hold' } },
    'transaction 4 (payout_hold) does not say what was requested',
  ],
  [{ code: 'transaction_not_chained', values: { seq: 4 } }, 'transaction 4 is not chained to the one before it'],
  [
    { code: 'transaction_changed', values: { seq: 4 } },
    'transaction 4 was changed: its hash does not match its content',
  ],
  [{ code: 'head_differs', values: HEAD }, 'transaction 5 has the hash ab, expected cd'],
  [{ code: 'head_differs', values: { ...HEAD, hash: null } }, 'transaction 5 is missing, expected cd'],
  [
    { code: 'head_differs_all_read', values: HEAD },
    'transaction 5 has the hash ab, expected cd; therefore the whole book was read',
  ],
  [
    { code: 'entries_unbalanced', values: { seq: 3, sum_paise: '-1' } },
    'the entries of transaction 3 add up to −₹0.01, not to zero',
  ],
  [{ code: 'entries_too_few', values: { seq: 6, entries: 0 } }, 'transaction 6 has fewer than two entries: 0'],
  [
    { code: 'balance_differs', values: { seq: 4, account: 'available', balance_paise: '88100', sum_paise: '88000' } },
    'transaction 4 shows the balance ₹881.00 on available, but the entries up to there add up to ₹880.00',
  ],
  [
    { code: 'balances_unbalanced', values: { seq: 4, sum_paise: '1' } },
    'the balances after transaction 4 add up to ₹0.01, not to zero',
  ],
  [
    { code: 'held_differs', values: { held_paise: '5', open_paise: { payouts: '2', refunds: '1' } } },
    'the ledger holds ₹0.05, but open orders need ₹0.02 for payouts and ₹0.01 for refunds',
  ],
  [{ code: 'book_unreadable', values: { error: 'no number: x' } }, 'the book cannot be read: no number: x'],
];

describe('the particulars of a finding', () => {
  it.each(FAULTS)('of an order are said in one sentence: %j', (fault, sentence) => {
    const particulars = faultOf('payout', { id: 'p1', status: 'completed' }, fault);
    expect(sentenceOf(particulars)).toBe(`payout p1 is completed, but ${sentence}`);
    expect(Object.keys(particulars.values).sort()).toEqual(Object.keys(PARTICULARS[fault.code].values).sort());
  });

  it.each(OTHERS)('are said in one sentence: %j', (particulars, sentence) => {
    expect(sentenceOf(particulars)).toBe(sentence);
  });

  it('are all shown here', () => {
    const shown = new Set([...FAULTS, ...OTHERS].map(([{ code }]) => code));
    expect([...shown].sort()).toEqual(Object.keys(PARTICULARS).sort());
  });
});
