/**
 * How many objects are remembered by their id; beyond it the least recently seen is forgotten. Every event and answer
 * touches all objects that are shown, and a page shows fewer than this (one page of a list, or one thing with what
 * belongs to it). So a shown object never goes back to an older state.
 */
const REMEMBERED = 250;

interface Versioned {
  readonly id: string;
  readonly revision: number;
}

/**
 * The newest state of each object that this tab has seen, from any answer or event: of two copies the one with the
 * higher `revision` is newer. An answer that was in transit when an event came is older than what is shown.
 */
export class Newest {
  private readonly known = new Map<string, Versioned>();

  /** @returns the data with each object in its newest known state; the same reference if nothing was older */
  take<T>(data: T): T {
    return this.newestOf(data) as T;
  }

  private newestOf(data: unknown): unknown {
    if (Array.isArray(data))
      return sameOr(
        data,
        data.map((one) => this.newestOf(one)),
      );
    if (typeof data !== 'object' || data === null) return data;
    if (isVersioned(data)) return this.newerOf(data);
    const entries = Object.entries(data);
    const newest = entries.map(([key, value]) => [key, this.newestOf(value)] as const);
    return newest.some(([, value], i) => value !== entries[i]![1]) ? Object.fromEntries(newest) : data;
  }

  private newerOf(object: Versioned): Versioned {
    // An object has several forms (a payout, an entry of the attention queue): each is compared with its own kind.
    const form = `${object.id} ${Object.keys(object).sort().join(' ')}`;
    const known = this.known.get(form);
    const newer = known !== undefined && known.revision > object.revision ? known : object;
    this.known.delete(form);
    this.known.set(form, newer);
    if (this.known.size > REMEMBERED) this.known.delete(this.known.keys().next().value!);
    return newer;
  }
}

/**
 * Whether an answer shows an earlier state of the book than another answer to the same question: balances and
 * statements say up to which transaction they go.
 */
export function isOlder(data: unknown, than: unknown): boolean {
  const seq = seqOf(data);
  const before = seqOf(than);
  return seq !== null && before !== null && seq < before;
}

function seqOf(data: unknown): number | null {
  if (typeof data !== 'object' || data === null) return null;
  const { seq, as_of: asOf, statement } = data as { seq?: unknown; as_of?: unknown; statement?: unknown };
  if (typeof seq === 'number' && typeof asOf === 'string') return seq;
  if (typeof statement !== 'object' || statement === null) return null;
  const { closing_seq: closing } = statement as { closing_seq?: unknown };
  return typeof closing === 'number' ? closing : null;
}

function isVersioned(value: object): value is Versioned {
  const { id, revision } = value as { id?: unknown; revision?: unknown };
  return typeof id === 'string' && typeof revision === 'number';
}

function sameOr(before: readonly unknown[], after: unknown[]): readonly unknown[] {
  return after.every((value, i) => value === before[i]) ? before : after;
}
