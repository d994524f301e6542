import { type Kinds, rupees, type Shape, type ValuesOf } from './particular-values.js';

/** The order that has the fault: `payout`, `payment` or `refund`. */
const ORDER = { subject: 'text', id: 'text', status: 'text' } as const;
export type FaultyOrder = ValuesOf<typeof ORDER>;

function fault<const Values extends Shape>(values: Values, sentence: (values: ValuesOf<Values>) => string) {
  return {
    values: { ...ORDER, ...values },
    sentence: (fault: ValuesOf<Values> & FaultyOrder) =>
      `${fault.subject} ${fault.id} is ${fault.status}, and ${sentence(fault)}`,
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
    ({ found, due }) => `the ledger has ${listed(found)} of it, where ${listed(due)} is due`,
  ),
  movement_differs: fault(
    { transaction_kind: 'text', seq: 'integer', moved: 'amounts', due: 'amounts' },
    ({ transaction_kind: kind, seq, moved, due }) =>
      `its ${kind} (${seq}) moved ${movesOf(moved)}, where ${movesOf(due)} is due`,
  ),
  request_differs: fault({}, () => 'it is not what was requested'),
  reversal_differs: fault(
    { transaction_kind: 'text', seq: 'integer' },
    ({ transaction_kind: kind, seq }) => `its ${kind} (${seq}) does not reverse its settlement`,
  ),
  requester_differs: fault({}, () => 'another one requested it than was held for'),
  utr_differs: fault({}, () => 'it carries another UTR than the one under which it was completed'),
  provider_id_differs: fault({}, () => "it carries another id of the provider's than the one under which it succeeded"),
  bank_says_otherwise: fault({}, () => 'the bank says otherwise'),
  bank_has_another_transfer: fault({}, () => 'the bank has another transfer under its reference'),
  gateway_says_otherwise: fault({}, () => 'the gateway says otherwise'),
  gateway_has_another_amount: fault({}, () => 'the gateway has another amount or currency under its reference'),
  bank_disagreement_lost: fault({}, () => 'its timeline says that the bank has disagreed, and it does not'),
  provider_disagreement_lost: fault({}, () => 'its timeline says that the provider has disagreed, and it does not'),
  refund_disagreement_lost: fault(
    { refund_id: 'text' },
    ({ refund_id: id }) => `its timeline says that the provider has disagreed about refund ${id}, and that does not`,
  ),
  event_of_missing_refund: fault(
    { event_type: 'text' },
    ({ event_type: type }) => `its timeline has a ${type} of a refund that does not exist`,
  ),
  refund_timeline_differs: fault(
    { refund_id: 'text', refund_status: 'text' },
    ({ refund_id: id, refund_status: status }) => `its timeline does not have refund ${id} as ${status}`,
  ),
  events_miscounted: fault(
    { counted: 'integer', found: 'integer' },
    ({ counted, found }) => `it counts ${counted} events and has ${found}`,
  ),
  event_out_of_sequence: fault(
    { event_seq: 'integer', due_seq: 'integer' },
    ({ event_seq: seq, due_seq: due }) => `event ${seq} stands where ${due} is due`,
  ),
  event_move_not_allowed: fault(
    { ...EVENT, from: 'text or null', to: 'text', after: 'text or null' },
    ({ event_seq: seq, event_type: type, from, to, after }) =>
      `event ${seq} (${type}) goes from ${from} to ${to} after ${after}`,
  ),
  timeline_missing: fault({}, () => 'it has no timeline'),
  timeline_end_differs: fault({ ends_as: 'text' }, ({ ends_as: end }) => `its timeline ends as ${end}`),
  event_without_hash: fault(EVENT, ({ event_seq: seq, event_type: type }) => `event ${seq} (${type}) has no hash`),
  event_changed: fault(
    EVENT,
    ({ event_seq: seq, event_type: type }) =>
      `event ${seq} (${type}) was changed, or what was before it: its hash is not that of its content`,
  ),
  timeline_hash_differs: fault({}, () => 'its timeline does not end with the hash that it carries'),
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
