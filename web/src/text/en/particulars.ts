type Said<Name extends string> = Readonly<Record<Name, string>>;

/** The particulars of a finding of `verify`, by code. Values are formatted for people; a missing one is empty. */
export const particulars = {
  /** Comes before what is wrong with an order. */
  of: ({ subject, id, status }: Said<'subject' | 'id' | 'status'>) => `${subject} ${id} (${status})`,
  nothing: 'nothing',
  missing: 'missing',
  /** Why a callback was not accepted. */
  outcomes: {
    unknown_reference: 'no order has its reference',
    other_gateway: 'the order was sent to another bank or provider',
    amount_mismatch: 'it reports a different amount or currency',
    account_mismatch: 'it reports a different account',
    not_confirmed: 'the bank or provider does not confirm it when asked',
    unrecognized: 'its content about the order cannot be understood',
    unreadable: 'it cannot be read',
  },
  sentences: {
    transactions_differ: ({ found, due }: Said<'found' | 'due'>) => `The ledger has: ${found}. Expected: ${due}.`,
    movement_differs: ({
      transaction_kind: kind,
      seq,
      moved,
      due,
    }: Said<'transaction_kind' | 'seq' | 'moved' | 'due'>) =>
      `${kind} (transaction ${seq}) moved: ${moved}. Expected: ${due}.`,
    request_differs: () => 'It differs from what was requested.',
    reversal_differs: ({ transaction_kind: kind, seq }: Said<'transaction_kind' | 'seq'>) =>
      `${kind} (transaction ${seq}) does not reverse its settlement.`,
    requester_differs: () => 'Its timeline names another requester than its hold.',
    utr_differs: () => 'Its UTR differs from the one with which it was completed.',
    provider_id_differs: () => 'Its provider ID differs from the one with which it succeeded.',
    bank_says_otherwise: () => 'The bank disagrees.',
    bank_has_another_transfer: () => 'The bank has a different transfer under this reference.',
    gateway_says_otherwise: () => 'The provider disagrees.',
    gateway_has_another_amount: () => 'The provider has a different amount or currency under this reference.',
    bank_disagreement_lost: () => 'Its timeline records that the bank disagreed, but the payout does not.',
    provider_disagreement_lost: () => 'Its timeline records that the provider disagreed, but the payment does not.',
    refund_disagreement_lost: ({ refund_id: id }: Said<'refund_id'>) =>
      `Its timeline records that the provider disagreed about refund ${id}, but the refund does not.`,
    event_of_missing_refund: ({ event_type: type }: Said<'event_type'>) =>
      `Its timeline has ${type} for a refund that does not exist.`,
    refund_timeline_differs: ({ refund_id: id, refund_status: status }: Said<'refund_id' | 'refund_status'>) =>
      `Its timeline does not show refund ${id} as: ${status}.`,
    events_miscounted: ({ counted, found }: Said<'counted' | 'found'>) =>
      `It counts ${counted} timeline entries, but there are ${found}.`,
    event_out_of_sequence: ({ event_seq: seq, due_seq: due }: Said<'event_seq' | 'due_seq'>) =>
      `Timeline entry ${seq} is where ${due} was expected.`,
    event_move_not_allowed: ({
      event_seq: seq,
      event_type: type,
      from,
      to,
      after,
    }: Said<'event_seq' | 'event_type' | 'from' | 'to' | 'after'>) =>
      `Timeline entry ${seq} (${type}) goes from ${from} to ${to}, which is not allowed after ${after}.`,
    timeline_missing: () => 'It has no timeline.',
    timeline_end_differs: ({ ends_as: end }: Said<'ends_as'>) => `Its timeline ends as: ${end}.`,
    event_without_hash: ({ event_seq: seq, event_type: type }: Said<'event_seq' | 'event_type'>) =>
      `Timeline entry ${seq} (${type}) has no hash.`,
    event_changed: ({ event_seq: seq, event_type: type }: Said<'event_seq' | 'event_type'>) =>
      `Timeline entry ${seq} (${type}) or an earlier one was changed: its hash does not match its content.`,
    timeline_hash_differs: () => 'Its timeline does not end with the stored hash.',
    credit_differs: ({
      id,
      status,
      captured_paise: captured,
      credited_paise: credited,
    }: Said<'id' | 'status' | 'captured_paise' | 'credited_paise'>) =>
      status === ''
        ? `Payment ${id} was not captured; the ledger credits ${credited}.`
        : `Payment ${id} (${status}) captured ${captured}; the ledger credits ${credited}.`,
    refund_claims_differ: ({
      id,
      captured_minor: captured,
      shown_minor: shown,
      claimed_minor: claimed,
      refunded_minor: refunded,
    }: Said<'id' | 'captured_minor' | 'shown_minor' | 'claimed_minor' | 'refunded_minor'>) =>
      `Payment ${id} captured ${captured} and shows ${shown} as claimed by refunds. They claim ${claimed}, and ` +
      `${refunded} was refunded.`,
    transaction_of_missing_order: ({
      subject,
      id,
      transaction_kind: kind,
    }: Said<'subject' | 'id' | 'transaction_kind'>) =>
      `The ledger has a transaction (${kind}) for ${subject} ${id}, which does not exist.`,
    timeline_of_missing_order: ({ subject, id }: Said<'subject' | 'id'>) =>
      `There is a timeline for ${subject} ${id}, which does not exist.`,
    utr_shared: ({ id, other_id: other, utr }: Said<'id' | 'other_id' | 'utr'>) =>
      `Payouts ${id} and ${other} both have the UTR ${utr}.`,
    provider_id_shared: ({
      id,
      other_id: other,
      provider_id: shared,
      gateway,
    }: Said<'id' | 'other_id' | 'provider_id' | 'gateway'>) =>
      `${id} and ${other} both have the ID ${shared} from ${gateway}.`,
    callback_refused: ({
      callback_id: callback,
      gateway,
      subject,
      id,
      outcome,
    }: Said<'callback_id' | 'gateway' | 'subject' | 'id' | 'outcome'>) =>
      `Callback ${callback} from ${gateway} about ${subject} ${id} was not accepted: ${outcome}.`,
    callback_unreadable: ({ callback_id: callback, gateway }: Said<'callback_id' | 'gateway'>) =>
      `Callback ${callback} from ${gateway} cannot be read.`,
    callback_of_no_book: ({
      callback_id: callback,
      gateway,
      subject,
      id,
    }: Said<'callback_id' | 'gateway' | 'subject' | 'id'>) =>
      `Callback ${callback} from ${gateway} is about ${subject} ${id}, which is in no book.`,
    event_gap: ({ event_number: number, previous_number: before }: Said<'event_number' | 'previous_number'>) =>
      `Event ${number} follows event ${before}.`,
    event_id_out_of_order: ({
      event_number: number,
      previous_number: before,
    }: Said<'event_number' | 'previous_number'>) => `Event ${number} has a lower ID than event ${before}.`,
    transaction_out_of_sequence: ({ seq, previous_seq: before }: Said<'seq' | 'previous_seq'>) =>
      `Transaction ${seq} follows transaction ${before}.`,
    entry_without_transaction: ({ seq, account }: Said<'seq' | 'account'>) =>
      `An entry (${account}) belongs to transaction ${seq}, which does not exist.`,
    hold_without_digest: ({ seq, transaction_kind: kind }: Said<'seq' | 'transaction_kind'>) =>
      `Transaction ${seq} (${kind}) does not say what was requested.`,
    transaction_not_chained: ({ seq }: Said<'seq'>) => `Transaction ${seq} is not chained to the one before it.`,
    transaction_changed: ({ seq }: Said<'seq'>) =>
      `Transaction ${seq} was changed: its hash does not match its content.`,
    head_differs: ({ seq, hash, expected_hash: expected }: Said<'seq' | 'hash' | 'expected_hash'>) =>
      `Transaction ${seq}: ${hash}. Expected: ${expected}.`,
    head_differs_all_read: ({ seq, hash, expected_hash: expected }: Said<'seq' | 'hash' | 'expected_hash'>) =>
      `Transaction ${seq}: ${hash}. Expected: ${expected}. The whole book was read.`,
    entries_unbalanced: ({ seq, sum_paise: sum }: Said<'seq' | 'sum_paise'>) =>
      `The entries of transaction ${seq} add up to ${sum}, not to zero.`,
    entries_too_few: ({ seq, entries }: Said<'seq' | 'entries'>) =>
      `Transaction ${seq} has fewer than two entries: ${entries}.`,
    balance_differs: ({
      seq,
      account,
      balance_paise: balance,
      sum_paise: sum,
    }: Said<'seq' | 'account' | 'balance_paise' | 'sum_paise'>) =>
      `Transaction ${seq} shows the balance ${balance} (${account}), but the entries up to there add up to ${sum}.`,
    balances_unbalanced: ({ seq, sum_paise: sum }: Said<'seq' | 'sum_paise'>) =>
      `The balances after transaction ${seq} add up to ${sum}, not to zero.`,
    held_differs: ({ held_paise: held, open_paise: open }: Said<'held_paise' | 'open_paise'>) =>
      `The ledger holds ${held}. Open orders need: ${open}.`,
    book_unreadable: ({ error }: Said<'error'>) => `The book cannot be read: ${error}`,
  },
};
