/** What is said about events, by the stream to its reader, and by that one to the other tabs. */
export type LiveMessage =
  | { readonly kind: 'event'; readonly id: string | null; readonly event: LiveEvent }
  /** Behind this id nothing is missing, but what was read before may be older: read it again. */
  | { readonly kind: 'reset'; readonly id: string | null };

export interface LiveEvent {
  readonly id: string;
  readonly type: string;
  readonly merchant_id: string;
  readonly sequence: number;
  readonly data: { readonly object: unknown };
}

/** How far a tab has come. */
export interface Position {
  /** The last id of the stream, for `Last-Event-ID`: a number of one merchant's stream, a time of everybody's. */
  readonly id: string | null;
  /** The last event of each merchant. */
  readonly sequences: ReadonlyMap<string, number>;
}

export const NOWHERE: Position = { id: null, sequences: new Map() };

export interface Advance {
  readonly position: Position;
  /** The event to show, if it is one that was not seen. */
  readonly event: LiveEvent | null;
  /** Something may have been missed. */
  readonly isReset: boolean;
}

/**
 * A merchant's numbers come once and in order, without gaps: one that was seen is passed over (whoever resumes
 * everybody's stream is shown a minute again), and a gap is as good as a reset.
 */
export function advance({ id, sequences }: Position, message: LiveMessage): Advance {
  if (message.kind === 'reset')
    return { position: { id: message.id ?? id, sequences: new Map() }, event: null, isReset: true };
  const { event } = message;
  const last = sequences.get(event.merchant_id);
  const next = { id: message.id ?? id, sequences };
  if (last !== undefined && event.sequence <= last) return { position: next, event: null, isReset: false };
  const position = { ...next, sequences: new Map(sequences).set(event.merchant_id, event.sequence) };
  return { position, event, isReset: last !== undefined && event.sequence !== last + 1 };
}
