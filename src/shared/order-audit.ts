import type { TimelineRow } from './timeline.js';

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
export function ledgerFaults(found: readonly LedgerLine[], expected: readonly ExpectedLine[]): string[] {
  const kinds = found.map(({ kind }) => kind);
  const due = expected.map(({ kind }) => kind);
  if (kinds.join() !== due.join()) return [`the ledger has ${listed(kinds)} of it, where ${listed(due)} is due`];
  return found.flatMap(({ kind, seq, legs }, i) => {
    const wanted = movesOf(expected[i]!.legs);
    return movesOf(legs) === wanted ? [] : [`its ${kind} (${seq}) moved ${movesOf(legs)}, where ${wanted} is due`];
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
): string[] {
  const faults: string[] = [];
  if (entries.length !== events) faults.push(`it counts ${events} events and has ${entries.length}`);
  let before: Status | null = null;
  for (const [i, { seq, from, to, type }] of entries.entries()) {
    const isMove: boolean = before === null ? from === null && to === first : from === to || mayBecome(before, to);
    if (seq !== i + 1) faults.push(`event ${seq} stands where ${i + 1} is due`);
    if (from !== before || !isMove) faults.push(`event ${seq} (${type}) goes from ${from} to ${to} after ${before}`);
    before = to;
  }
  if (before !== status) faults.push(before === null ? 'it has no timeline' : `its timeline ends as ${before}`);
  return faults;
}

/** By order: what a slice's rows have in common with it. */
export function byOrder<Row>(rows: readonly Row[], idOf: (row: Row) => string): (id: string) => readonly Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const id = idOf(row);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [row]);
    else group.push(row);
  }
  return (id) => groups.get(id) ?? [];
}

function listed(kinds: readonly string[]): string {
  return kinds.length === 0 ? 'nothing' : kinds.join(', ');
}

function movesOf(legs: ExpectedLine['legs']): string {
  const moves = Object.entries(legs).filter(([, paise]) => paise !== 0n);
  return listed(moves.map(([account, paise]) => `${account} ${paise}`).toSorted());
}
