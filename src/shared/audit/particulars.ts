import { type FaultyOrder, ORDER_FAULTS, type OrderFault } from './order-faults.js';
import { rupees, type Shape, type ValuesOf } from './particular-values.js';

function particular<const Values extends Shape>(values: Values, sentence: (values: ValuesOf<Values>) => string) {
  return { values, sentence };
}

const PAIR = { id: 'text', other_id: 'text' } as const;
const CALLBACK = { callback_id: 'text', gateway: 'text' } as const;
const headOf = (seq: number, hash: string | null): string =>
  hash === null ? `transaction ${seq} is missing` : `transaction ${seq} has the hash ${hash}`;
const callbackOf = ({ callback_id: id, gateway }: ValuesOf<typeof CALLBACK>): string =>
  `callback ${id} from ${gateway}`;

/**
 * The particulars of a finding of `verify`: a code, and the values that it names. Each code is defined once, here or
 * among the faults of orders, with its values and its English sentence, so that a client can show it in another
 * language.
 */
export const PARTICULARS = {
  ...ORDER_FAULTS,
  credit_differs: particular(
    { id: 'text', status: 'text or null', captured_paise: 'amount', credited_paise: 'amount' },
    ({ id, status, captured_paise: captured, credited_paise: credited }) =>
      status === null
        ? `payment ${id} was not captured, but the ledger credits ${rupees(credited)}`
        : `payment ${id} is ${status} and captured ${rupees(captured)}, but the ledger credits ${rupees(credited)}`,
  ),
  refund_claims_differ: particular(
    {
      ...({ id: 'text', currency: 'text', captured_minor: 'amount', shown_minor: 'amount' } as const),
      ...({ claimed_minor: 'amount', refunded_minor: 'amount' } as const),
    },
    ({ id, currency, ...minor }) => {
      const amount = (of: string): string => (currency === 'INR' ? rupees(of) : of);
      const { captured_minor: captured, shown_minor: shown, claimed_minor: claimed, refunded_minor: refunded } = minor;
      const unit = currency === 'INR' ? '' : `, in the minor unit of ${currency}`;
      return (
        `payment ${id} captured ${amount(captured)} and shows ${amount(shown)} as claimed by refunds, but they claim ` +
        `${amount(claimed)}, and ${amount(refunded)} was refunded${unit}`
      );
    },
  ),
  transaction_of_missing_order: particular(
    { subject: 'text', id: 'text', transaction_kind: 'text' },
    ({ subject, id, transaction_kind: kind }) =>
      `the ledger has a ${kind === 'payment' ? 'credit' : kind} for ${subject} ${id}, which does not exist`,
  ),
  timeline_of_missing_order: particular(
    { subject: 'text', id: 'text' },
    ({ subject, id }) => `there is a timeline for ${subject} ${id}, which does not exist`,
  ),
  utr_shared: particular(
    { ...PAIR, utr: 'text' },
    ({ id, other_id: other, utr }) => `payouts ${id} and ${other} both have the UTR ${utr}`,
  ),
  provider_id_shared: particular(
    { subject: 'text', ...PAIR, provider_id: 'text', gateway: 'text' },
    ({ subject, id, other_id: other, provider_id: shared, gateway }) =>
      `${subject}s ${id} and ${other} both have the id ${shared} from ${gateway}`,
  ),
  callback_refused: particular(
    { ...CALLBACK, subject: 'text', id: 'text', outcome: 'text' },
    ({ subject, id, outcome, ...callback }) =>
      `${callbackOf(callback)} about ${subject} ${id} was not accepted: ${outcome}`,
  ),
  callback_unreadable: particular(CALLBACK, (callback) => `${callbackOf(callback)} cannot be read`),
  callback_of_no_book: particular(
    { ...CALLBACK, subject: 'text', id: 'text' },
    ({ subject, id, ...callback }) => `${callbackOf(callback)} is about ${subject} ${id}, which is in no book`,
  ),
  event_gap: particular(
    { event_number: 'integer', previous_number: 'integer' },
    ({ event_number: number, previous_number: before }) => `event ${number} follows event ${before}`,
  ),
  event_id_out_of_order: particular(
    { event_number: 'integer', previous_number: 'integer' },
    ({ event_number: number, previous_number: before }) => `event ${number} has a lower id than event ${before}`,
  ),
  transaction_out_of_sequence: particular(
    { seq: 'integer', previous_seq: 'integer' },
    ({ seq, previous_seq: before }) => `transaction ${seq} follows transaction ${before}`,
  ),
  entry_without_transaction: particular(
    { seq: 'integer', account: 'text' },
    ({ seq, account }) => `an entry on ${account} belongs to transaction ${seq}, which does not exist`,
  ),
  hold_without_digest: particular(
    { seq: 'integer', transaction_kind: 'text' },
    ({ seq, transaction_kind: kind }) => `transaction ${seq} (${kind}) does not say what was requested`,
  ),
  transaction_not_chained: particular(
    { seq: 'integer' },
    ({ seq }) => `transaction ${seq} is not chained to the one before it`,
  ),
  transaction_changed: particular(
    { seq: 'integer' },
    ({ seq }) => `transaction ${seq} was changed: its hash does not match its content`,
  ),
  head_differs: particular(
    { seq: 'integer', hash: 'text or null', expected_hash: 'text' },
    ({ seq, hash, expected_hash: expected }) => `${headOf(seq, hash)}, expected ${expected}`,
  ),
  head_differs_all_read: particular(
    { seq: 'integer', hash: 'text or null', expected_hash: 'text' },
    ({ seq, hash, expected_hash: expected }) =>
      `${headOf(seq, hash)}, expected ${expected}; therefore the whole book was read`,
  ),
  entries_unbalanced: particular(
    { seq: 'integer', sum_paise: 'amount' },
    ({ seq, sum_paise: sum }) => `the entries of transaction ${seq} add up to ${rupees(sum)}, not to zero`,
  ),
  entries_too_few: particular(
    { seq: 'integer', entries: 'integer' },
    ({ seq, entries }) => `transaction ${seq} has fewer than two entries: ${entries}`,
  ),
  balance_differs: particular(
    { seq: 'integer', account: 'text', balance_paise: 'amount', sum_paise: 'amount' },
    ({ seq, account, balance_paise: balance, sum_paise: sum }) =>
      `transaction ${seq} shows the balance ${rupees(balance)} on ${account}, but the entries up to there add up to ` +
      rupees(sum),
  ),
  balances_unbalanced: particular(
    { seq: 'integer', sum_paise: 'amount' },
    ({ seq, sum_paise: sum }) => `the balances after transaction ${seq} add up to ${rupees(sum)}, not to zero`,
  ),
  held_differs: particular(
    { held_paise: 'amount', open_paise: 'amounts' },
    ({ held_paise: held, open_paise: open }) => {
      const sums = Object.entries(open).map(([orders, paise]) => `${rupees(paise)} for ${orders}`);
      return `the ledger holds ${rupees(held)}, but open orders need ${sums.join(' and ')}`;
    },
  ),
  book_unreadable: particular({ error: 'text' }, ({ error }) => `the book cannot be read: ${error}`),
};

type Of<Table extends Readonly<Record<string, { readonly values: Shape }>>> = {
  [Code in keyof Table]: { readonly code: Code; readonly values: ValuesOf<Table[Code]['values']> };
}[keyof Table];

export type Particulars = Of<typeof PARTICULARS>;

/** The particulars of a fault of this order. */
export function faultOf(subject: string, { id, status }: Omit<FaultyOrder, 'subject'>, fault: OrderFault): Particulars {
  return { code: fault.code, values: { subject, id, status, ...fault.values } } as Particulars;
}

/** The sentence that `verify` prints, such as `transaction 4 is not chained to the one before it`. */
export function sentenceOf({ code, values }: Particulars): string {
  return (PARTICULARS[code].sentence as (values: Particulars['values']) => string)(values);
}
