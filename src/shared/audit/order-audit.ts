import { grouped } from '../grouped.js';
import type { OrderFault } from './order-faults.js';
import type { TimelineRow } from '../submissions/timeline.js';

/** A transaction of the ledger as the audit of the order that caused it looks at it. */
export interface LedgerLine {
  readonly causeId: string;
  readonly kind: string;
  readonly seq: number;
  readonly reversesSeq: number | null;
  readonly actor: string;
  readonly requestDigest: string | null;
  /** By account, signed, in paise. */
  readonly legs: Readonly<Record<string, bigint>>;
}

/** What the ledger must have of an order; accounts that are left out do not move. */
export interface ExpectedLine {
  readonly kind: string;
  readonly legs: Readonly<Record<string, bigint>>;
}

/** What an order says of its own timeline. */
interface TimelineOf<Status> {
  readonly status: Status;
  readonly events: number;
}

/** What is wrong between an order and its transactions: their kinds in the order of seq, and what each one moved. */
export function ledgerFaults(found: readonly LedgerLine[], expected: readonly ExpectedLine[]): OrderFault[] {
  const kinds = found.map(({ kind }) => kind);
  const wanted = expected.map(({ kind }) => kind);
  if (kinds.join() !== wanted.join()) return [{ code: 'transactions_differ', values: { found: kinds, due: wanted } }];
  return found.flatMap(({ kind, seq, legs }, i): OrderFault[] => {
    const [moved, due] = [movesOf(legs), movesOf(expected[i]!.legs)];
    if (JSON.stringify(moved) === JSON.stringify(due)) return [];
    return [{ code: 'movement_differs', values: { transaction_kind: kind, seq, moved, due } }];
  });
}

/**
 * What is wrong with the timeline of an order: a gap, a line too many, a move that does not go on from the one before it
 * or that nobody may make, and an end that is not the order's.
 */
export function timelineFaults<Status extends string>(
  { status, events }: TimelineOf<Status>,
  entries: readonly TimelineRow<Status>[],
  first: Status,
  mayBecome: (from: Status, to: Status) => boolean,
): OrderFault[] {
  const faults: OrderFault[] = [];
  if (entries.length !== events)
    faults.push({ code: 'events_miscounted', values: { counted: events, found: entries.length } });
  let before: Status | null = null;
  for (const [i, { seq, from, to, type }] of entries.entries()) {
    const isMove: boolean = before === null ? from === null && to === first : from === to || mayBecome(before, to);
    if (seq !== i + 1) faults.push({ code: 'event_out_of_sequence', values: { event_seq: seq, due_seq: i + 1 } });
    if (from !== before || !isMove) {
      const event = { event_seq: seq, event_type: type };
      faults.push({ code: 'event_move_not_allowed', values: { ...event, from, to, after: before } });
    }
    before = to;
  }
  if (before === null) faults.push({ code: 'timeline_missing', values: {} });
  else if (before !== status) faults.push({ code: 'timeline_end_differs', values: { ends_as: before } });
  return faults;
}

/** By order: what a slice's rows have in common with it. */
export function byOrder<Row>(rows: readonly Row[], idOf: (row: Row) => string): (id: string) => readonly Row[] {
  const groups = grouped(rows, idOf);
  return (id) => groups.get(id) ?? [];
}

/** In the order of accounts' names. */
function movesOf(legs: ExpectedLine['legs']): Record<string, string> {
  const moves = Object.entries(legs).filter(([, paise]) => paise !== 0n);
  return Object.fromEntries(
    moves.map(([account, paise]) => [account, String(paise)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
