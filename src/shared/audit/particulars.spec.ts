import { describe, expect, it } from '@jest/globals';
import type { OrderFault } from './order-faults.js';
import { faultOf, type Particulars, PARTICULARS, sentenceOf } from './particulars.js';

const EVENT = { event_seq: 2, event_type: 'payout.processing' };

/** Each sentence follows `payout p1 is completed, and`. */
const FAULTS: readonly (readonly [OrderFault, string])[] = [
  [
    { code: 'transactions_differ', values: { found: [], due: ['payout_hold'] } },
    'the ledger has nothing of it, where payout_hold is due',
  ],
  [
    { code: 'transactions_differ', values: { found: ['payout_hold', 'payout_release'], due: ['payout_hold'] } },
    'the ledger has payout_hold, payout_release of it, where payout_hold is due',
  ],
  [
    {
      code: 'movement_differs',
      values: { transaction_kind: 'payout_hold', seq: 4, moved: { held: '1', available: '-1' }, due: {} },
    },
    'its payout_hold (4) moved available −₹0.01, held ₹0.01, where nothing is due',
  ],
  [{ code: 'request_differs', values: {} }, 'it is not what was requested'],
  [
    { code: 'reversal_differs', values: { transaction_kind: 'payout_reversal', seq: 5 } },
    'its payout_reversal (5) does not reverse its settlement',
  ],
  [{ code: 'requester_differs', values: {} }, 'another one requested it than was held for'],
  [{ code: 'utr_differs', values: {} }, 'it carries another UTR than the one under which it was completed'],
  [
    { code: 'provider_id_differs', values: {} },
    "it carries another id of the provider's than the one under which it succeeded",
  ],
  [{ code: 'bank_says_otherwise', values: {} }, 'the bank says otherwise'],
  [{ code: 'bank_has_another_transfer', values: {} }, 'the bank has another transfer under its reference'],
  [{ code: 'gateway_says_otherwise', values: {} }, 'the gateway says otherwise'],
  [
    { code: 'gateway_has_another_amount', values: {} },
    'the gateway has another amount or currency under its reference',
  ],
  [{ code: 'bank_disagreement_lost', values: {} }, 'its timeline says that the bank has disagreed, and it does not'],
  [
    { code: 'provider_disagreement_lost', values: {} },
    'its timeline says that the provider has disagreed, and it does not',
  ],
  [
    { code: 'refund_disagreement_lost', values: { refund_id: 'r1' } },
    'its timeline says that the provider has disagreed about refund r1, and that does not',
  ],
  [
    { code: 'event_of_missing_refund', values: { event_type: 'refund.failed' } },
    'its timeline has a refund.failed of a refund that does not exist',
  ],
  [
    { code: 'refund_timeline_differs', values: { refund_id: 'r1', refund_status: 'failed' } },
    'its timeline does not have refund r1 as failed',
  ],
  [{ code: 'events_miscounted', values: { counted: 2, found: 3 } }, 'it counts 2 events and has 3'],
  [{ code: 'event_out_of_sequence', values: { event_seq: 3, due_seq: 2 } }, 'event 3 stands where 2 is due'],
  [
    { code: 'event_move_not_allowed', values: { ...EVENT, from: null, to: 'failed', after: 'pending' } },
    'event 2 (payout.processing) goes from null to failed after pending',
  ],
  [{ code: 'timeline_missing', values: {} }, 'it has no timeline'],
  [{ code: 'timeline_end_differs', values: { ends_as: 'failed' } }, 'its timeline ends as failed'],
  [{ code: 'event_without_hash', values: EVENT }, 'event 2 (payout.processing) has no hash'],
  [
    { code: 'event_changed', values: EVENT },
    'event 2 (payout.processing) was changed, or what was before it: its hash is not that of its content',
  ],
  [{ code: 'timeline_hash_differs', values: {} }, 'its timeline does not end with the hash that it carries'],
];

const CALLBACK = { callback_id: 'evt_1', gateway: 'razorpayx' };
const HEAD = { seq: 5, hash: 'ab', expected_hash: 'cd' };

const OTHERS: readonly (readonly [Particulars, string])[] = [
  [
    { code: 'credit_differs', values: { id: 'p1', status: null, captured_paise: '0', credited_paise: '5' } },
    'payment p1 is not captured with ₹0.00; the ledger has ₹0.05',
  ],
  [
    {
      code: 'credit_differs',
      values: { id: 'p1', status: 'succeeded', captured_paise: '10000000', credited_paise: '5' },
    },
    'payment p1 is succeeded with ₹1,00,000.00; the ledger has ₹0.05',
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
    'payment p1 captured 9 and shows 8 as claimed by refunds; they claim 7, and 6 were given back, in the minor unit of USD',
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
    'payment p1 captured ₹9.00 and shows ₹8.00 as claimed by refunds; they claim ₹7.00, and ₹6.00 were given back',
  ],
  [
    { code: 'transaction_of_missing_order', values: { subject: 'payment', id: 'p1', transaction_kind: 'payment' } },
    'the ledger has payment p1, which does not exist',
  ],
  [
    { code: 'transaction_of_missing_order', values: { subject: 'refund', id: 'r1', transaction_kind: 'refund_hold' } },
    'the ledger has a refund_hold of refund r1, which does not exist',
  ],
  [
    { code: 'timeline_of_missing_order', values: { subject: 'payout', id: 'p1' } },
    'there is a timeline of payout p1, which does not exist',
  ],
  [{ code: 'utr_shared', values: { id: 'p1', other_id: 'p2', utr: 'U1' } }, 'payouts p1 and p2 both carry the UTR U1'],
  [
    {
      code: 'provider_id_shared',
      values: { subject: 'refund', id: 'r1', other_id: 'r2', provider_id: 're_1', gateway: 'stripe' },
    },
    'refunds r1 and r2 both carry the id re_1 of stripe',
  ],
  [
    { code: 'callback_refused', values: { ...CALLBACK, subject: 'payout', id: 'p1', outcome: 'amount_mismatch' } },
    'callback evt_1 of razorpayx about payout p1 was not taken in: amount_mismatch',
  ],
  [{ code: 'callback_unreadable', values: CALLBACK }, 'callback evt_1 of razorpayx was not taken in: unreadable'],
  [
    { code: 'callback_of_no_book', values: { ...CALLBACK, subject: 'payment', id: 'p1' } },
    'callback evt_1 of razorpayx is about payment p1, of no book',
  ],
  [{ code: 'event_gap', values: { event_number: 7, previous_number: 5 } }, 'event 7 follows event 5'],
  [
    { code: 'event_id_out_of_order', values: { event_number: 7, previous_number: 6 } },
    'event 7 has an id from before that of event 6',
  ],
  [{ code: 'transaction_out_of_sequence', values: { seq: 4, previous_seq: 2 } }, 'transaction 4 follows transaction 2'],
  [
    { code: 'entry_without_transaction', values: { seq: 9, account: 'held' } },
    'an entry of held belongs to transaction 9, which does not exist',
  ],
  [
    { code: 'hold_without_digest', values: { seq: 4, transaction_kind: 'payout_hold' } },
    'transaction 4, a payout_hold, does not say what was requested',
  ],
  [{ code: 'transaction_not_chained', values: { seq: 4 } }, 'transaction 4 is not chained to the one before it'],
  [
    { code: 'transaction_changed', values: { seq: 4 } },
    'transaction 4 was changed: its hash is not that of its content',
  ],
  [{ code: 'head_differs', values: HEAD }, 'transaction 5 is ab, expected cd'],
  [{ code: 'head_differs', values: { ...HEAD, hash: null } }, 'transaction 5 is missing, expected cd'],
  [{ code: 'head_differs_all_read', values: HEAD }, 'transaction 5 is ab, expected cd; so all of the book was read'],
  [{ code: 'entries_unbalanced', values: { seq: 3, sum_paise: '-1' } }, 'the entries of transaction 3 sum to −₹0.01'],
  [{ code: 'entries_too_few', values: { seq: 6, entries: 0 } }, 'transaction 6 has 0 entries'],
  [
    { code: 'balance_differs', values: { seq: 4, account: 'available', balance_paise: '88100', sum_paise: '88000' } },
    'transaction 4 shows ₹881.00 on available; its entries up to there sum to ₹880.00',
  ],
  [{ code: 'balances_unbalanced', values: { seq: 4, sum_paise: '1' } }, 'the balances by transaction 4 sum to ₹0.01'],
  [
    { code: 'held_differs', values: { held_paise: '5', open_paise: { payouts: '2', refunds: '1' } } },
    'the ledger holds ₹0.05; the open payouts sum to ₹0.02, the open refunds sum to ₹0.01',
  ],
  [{ code: 'book_unreadable', values: { error: 'no number: x' } }, 'the book cannot be read: no number: x'],
];

describe('the particulars of a finding', () => {
  it.each(FAULTS)('of an order are said in one sentence: %j', (fault, sentence) => {
    const particulars = faultOf('payout', { id: 'p1', status: 'completed' }, fault);
    expect(sentenceOf(particulars)).toBe(`payout p1 is completed, and ${sentence}`);
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
