import { grouped } from '../grouped.js';
import type { OrderFault } from './order-faults.js';
import type { TimelineRow } from '../submissions/timeline.js';

/** A ledger transaction, as the audit of the order that caused it sees it. */
export interface LedgerLine {
  readonly causeId: string;
  readonly kind: string;
  readonly seq: number;
  readonly reversesSeq: number | null;
  readonly actor: string;
  readonly requestDigest: string | null;
  /** Signed amounts in paise, by account. */
  readonly legs: Readonly<Record<string, bigint>>;
}

/** A transaction that the ledger must contain for an order. Accounts that are left out do not move. */
export interface ExpectedLine {
  readonly kind: string;
  readonly legs: Readonly<Record<string, bigint>>;
}

/** What an order's own row says about its timeline. */
interface TimelineOf<Status> {
  readonly status: Status;
  readonly events: number;
}

/** Compares an order's transactions with those it should have: their kinds in order of seq, and what each one moved. */
export function ledgerFaults(found: readonly LedgerLine[], expected: readonly ExpectedLine[]): OrderFault[] {
  const kinds = found.map(({ kind }) => kind);
  const wanted = expected.map(({ kind }) => kind);
  if (kinds.join() !== wanted.join()) return [{ code: 'transactions_differ', values: { found: kinds, due: wanted } }];
  return found.flatMap(({ kind, seq, legs }, i): OrderFault[] => {
    const moved = movesOf(legs);
    const due = movesOf(expected[i]!.legs);
    if (JSON.stringify(moved) === JSON.stringify(due)) return [];
    return [{ code: 'movement_differs', values: { transaction_kind: kind, seq, moved, due } }];
  });
}

/**
 * What is wrong with an order's timeline: a gap, an entry too many, a move that does not continue from the previous one
 * or that the state machine does not allow, or a last status that differs from the order's.
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

/** Groups rows by the order that they belong to. @returns a look-up by the order's id */
export function byOrder<Row>(rows: readonly Row[], idOf: (row: Row) => string): (id: string) => readonly Row[] {
  const groups = grouped(rows, idOf);
  return (id) => groups.get(id) ?? [];
}

/** Sorted by account name. */
function movesOf(legs: ExpectedLine['legs']): Record<string, string> {
  const moves = Object.entries(legs).filter(([, paise]) => paise !== 0n);
  return Object.fromEntries(
    moves.map(([account, paise]) => [account, String(paise)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
