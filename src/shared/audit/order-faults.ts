import { type Kinds, rupees, type Shape, type ValuesOf } from './particular-values.js';

/** The order that has the fault: `payout`, `payment` or `refund`. */
const ORDER = { subject: 'text', id: 'text', status: 'text' } as const;
export type FaultyOrder = ValuesOf<typeof ORDER>;

function fault<const Values extends Shape>(values: Values, sentence: (values: ValuesOf<Values>) => string) {
  return {
    values: { ...ORDER, ...values },
    sentence: (fault: ValuesOf<Values> & FaultyOrder) =>
      `${fault.subject} ${fault.id} is ${fault.status}, but ${sentence(fault)}`,
  };
}

const EVENT = { event_seq: 'integer', event_type: 'text' } as const;

/**
 * What can be wrong with an order that exists, by code: where it differs from what it is compared with, which is the
 * ledger, its timeline, or what the other party has said.
 */
export const ORDER_FAULTS = {
  transactions_differ: fault(
    { found: 'texts', due: 'texts' },
    ({ found, due }) => `the ledger has ${listed(found)} for it instead of ${listed(due)}`,
  ),
  movement_differs: fault(
    { transaction_kind: 'text', seq: 'integer', moved: 'amounts', due: 'amounts' },
    ({ transaction_kind: kind, seq, moved, due }) =>
      `its ${kind} (transaction ${seq}) moved ${movesOf(moved)} instead of ${movesOf(due)}`,
  ),
  request_differs: fault({}, () => 'it differs from what was requested'),
  reversal_differs: fault(
    { transaction_kind: 'text', seq: 'integer' },
    ({ transaction_kind: kind, seq }) => `its ${kind} (transaction ${seq}) does not reverse its settlement`,
  ),
  requester_differs: fault({}, () => 'its timeline names another requester than its hold'),
  utr_differs: fault({}, () => 'its UTR differs from the one with which it was completed'),
  provider_id_differs: fault({}, () => 'its provider id differs from the one with which it succeeded'),
  bank_says_otherwise: fault({}, () => 'the bank says otherwise'),
  bank_has_another_transfer: fault({}, () => 'the bank has another transfer under its reference'),
  gateway_says_otherwise: fault({}, () => 'the gateway says otherwise'),
  gateway_has_another_amount: fault({}, () => 'the gateway has another amount or currency under its reference'),
  bank_disagreement_lost: fault(
    {},
    () => 'its timeline records that the bank disagreed, which the payout itself does not show',
  ),
  provider_disagreement_lost: fault(
    {},
    () => 'its timeline records that the provider disagreed, which the payment itself does not show',
  ),
  refund_disagreement_lost: fault(
    { refund_id: 'text' },
    ({ refund_id: id }) =>
      `its timeline records that the provider disagreed about refund ${id}, which the refund itself does not show`,
  ),
  event_of_missing_refund: fault(
    { event_type: 'text' },
    ({ event_type: type }) => `its timeline has the event ${type} of a refund that does not exist`,
  ),
  refund_timeline_differs: fault(
    { refund_id: 'text', refund_status: 'text' },
    ({ refund_id: id, refund_status: status }) => `its timeline does not show refund ${id} as ${status}`,
  ),
  events_miscounted: fault(
    { counted: 'integer', found: 'integer' },
    ({ counted, found }) => `its timeline has ${found} events, although ${counted} were counted`,
  ),
  event_out_of_sequence: fault(
    { event_seq: 'integer', due_seq: 'integer' },
    ({ event_seq: seq, due_seq: due }) => `its timeline has event ${seq} where event ${due} is expected`,
  ),
  event_move_not_allowed: fault(
    { ...EVENT, from: 'text or null', to: 'text', after: 'text or null' },
    ({ event_seq: seq, event_type: type, from, to, after }) =>
      `event ${seq} (${type}) moves it from ${from ?? 'nothing'} to ${to}, which is not allowed after ${after ?? 'nothing'}`,
  ),
  timeline_missing: fault({}, () => 'it has no timeline'),
  timeline_end_differs: fault({ ends_as: 'text' }, ({ ends_as: end }) => `its timeline ends with the status ${end}`),
  event_without_hash: fault(
    EVENT,
    ({ event_seq: seq, event_type: type }) => `event ${seq} (${type}) of its timeline has no hash`,
  ),
  event_changed: fault(
    EVENT,
    ({ event_seq: seq, event_type: type }) =>
      `event ${seq} (${type}) of its timeline, or an earlier one, was changed: the hash does not match the content`,
  ),
  timeline_hash_differs: fault({}, () => 'its timeline does not end with the hash that is stored for it'),
};

/** One fault, without the order that it is about. */
export type OrderFault = {
  [Code in keyof typeof ORDER_FAULTS]: {
    readonly code: Code;
    readonly values: Omit<ValuesOf<(typeof ORDER_FAULTS)[Code]['values']>, keyof FaultyOrder>;
  };
}[keyof typeof ORDER_FAULTS];

function listed(some: readonly string[]): string {
  return some.length === 0 ? 'nothing' : some.join(', ');
}

function movesOf(amounts: Kinds['amounts']): string {
  return listed(
    Object.entries(amounts)
      .map(([account, paise]) => `${account} ${rupees(paise)}`)
      .toSorted(),
  );
}
