import { describe, expect, it } from 'vitest';
import { en } from '../../../text/en.ts';
import { hi } from '../../../text/hi.ts';
import { findingSentence } from './finding-sentence.ts';

type Particulars = Parameters<typeof findingSentence>[0];

const ORDER = { subject: 'payout', id: 'p1', status: 'completed' };

describe('the particulars of a finding', () => {
  it.each<[string, Particulars, string, string]>([
    [
      'amounts as rupees',
      { code: 'balance_differs', values: { seq: 4, account: 'available', balance_paise: '10000050', sum_paise: '-1' } },
      'Transaction 4 shows the balance ₹1,00,000.50 (Available), but the entries up to there add up to −₹0.01.',
      'लेनदेन 4 में शेष ₹1,00,000.50 है (उपलब्ध); वहाँ तक की प्रविष्टियों का जोड़ −₹0.01 है।',
    ],
    [
      'an order with its status',
      { code: 'bank_says_otherwise', values: ORDER },
      'Payout p1 (Completed): The bank disagrees.',
      'पेआउट p1 (पूरा हुआ): बैंक कुछ और कहता है।',
    ],
    [
      'transactions by their names, and none',
      { code: 'transactions_differ', values: { ...ORDER, found: [], due: ['payout_hold', 'payout_settlement'] } },
      'Payout p1 (Completed): The ledger has: nothing. Expected: Payout requested, Payout settled.',
      'पेआउट p1 (पूरा हुआ): लेजर में इसका है: कुछ नहीं। होना चाहिए: पेआउट का अनुरोध, पेआउट पूरा।',
    ],
    [
      'what was moved on which account',
      {
        code: 'movement_differs',
        values: { ...ORDER, transaction_kind: 'payout_hold', seq: 2, moved: { held: '100' }, due: { held: '200' } },
      },
      'Payout p1 (Completed): Payout requested (transaction 2) moved: Held +₹1.00. Expected: Held +₹2.00.',
      'पेआउट p1 (पूरा हुआ): पेआउट का अनुरोध (लेनदेन 2) से चला: रोकी गई +₹1.00। चलना चाहिए: रोकी गई +₹2.00।',
    ],
    [
      'a transaction that is missing',
      { code: 'head_differs', values: { seq: 7, hash: null, expected_hash: 'ab' } },
      'Transaction 7: missing. Expected: ab.',
      'लेनदेन 7: नहीं है। होना चाहिए: ab।',
    ],
    [
      'amounts in the currency of a payment',
      {
        code: 'refund_claims_differ',
        values: {
          id: 'p1',
          currency: 'USD',
          captured_minor: '1000',
          shown_minor: '300',
          claimed_minor: '400',
          refunded_minor: '0',
        },
      },
      'Payment p1 captured USD\u00a010.00 and shows USD\u00a03.00 as claimed by refunds. They claim USD\u00a04.00, and USD\u00a00.00 was refunded.',
      'भुगतान p1 में USD\u00a010.00 लिए गए, और उस पर रिफ़ंड के लिए USD\u00a03.00 दर्ज हैं; रिफ़ंड USD\u00a04.00 के हैं, और USD\u00a00.00 लौटाए गए।',
    ],
    [
      'why a callback was not accepted',
      {
        code: 'callback_refused',
        values: { callback_id: 'c1', gateway: 'icici', subject: 'payout', id: 'p1', outcome: 'amount_mismatch' },
      },
      'Callback c1 from icici about Payout p1 was not accepted: it reports a different amount or currency.',
      'पेआउट p1 के बारे में icici की सूचना c1 स्वीकार नहीं हुई: इसमें कोई और राशि या मुद्रा है।',
    ],
    [
      'an event by its name',
      { code: 'event_without_hash', values: { ...ORDER, event_seq: 3, event_type: 'payout.bank_answered' } },
      'Payout p1 (Completed): Timeline entry 3 (Payout: the bank answered) has no hash.',
      'पेआउट p1 (पूरा हुआ): इतिहास की प्रविष्टि 3 (पेआउट: बैंक ने उत्तर दिया) का हैश नहीं है।',
    ],
    [
      'whose money is open',
      { code: 'held_differs', values: { held_paise: '500', open_paise: { payouts: '200', refunds: '0' } } },
      'The ledger holds ₹5.00. Open orders need: Payouts ₹2.00, Refunds ₹0.00.',
      'लेजर में रोकी गई राशि ₹5.00। खुले: पेआउट ₹2.00, रिफ़ंड ₹0.00।',
    ],
  ])('say %s', (_, particulars, english, hindi) => {
    expect(findingSentence(particulars, en, 'en')).toBe(english);
    expect(findingSentence(particulars, hi, 'hi')).toBe(hindi);
  });

  it('are left to the service where there are none, or of a code from a later version', () => {
    expect(findingSentence(null, en, 'en')).toBeNull();
    expect(findingSentence({ code: 'x', values: {} } as unknown as Particulars, en, 'en')).toBeNull();
  });

  it.each([
    { code: 'event_gap', values: { event_number: 4, number_before: 2 } },
    { code: 'timeline_end_differs', values: { ...ORDER, end: 'failed' } },
    {
      code: 'refund_claims_differ',
      values: { id: 'p1', captured_minor: '1', shown_minor: '1', claimed_minor: '1', refunded_minor: '1' },
    },
  ])('are left to the service where a later version names a value otherwise: %j', (particulars) => {
    for (const [text, language] of [
      [en, 'en'],
      [hi, 'hi'],
    ] as const)
      expect(findingSentence(particulars as unknown as Particulars, text, language)).toBeNull();
  });
});
