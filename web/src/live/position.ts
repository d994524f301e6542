/** A message about events, from the stream to the tab that reads it, and from that tab to the others. */
export type LiveMessage =
  | { readonly kind: 'event'; readonly id: string | null; readonly event: LiveEvent }
  /** After this id nothing is missing, but what was read before may be out of date: read it again. */
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
  /**
   * The last id of the stream, for `Last-Event-ID`: a number in one merchant's stream, a time in the stream of all
   * merchants.
   */
  readonly id: string | null;
  /** The sequence of each merchant's last event. */
  readonly sequences: ReadonlyMap<string, number>;
}

export const NOWHERE: Position = { id: null, sequences: new Map() };

export interface Advance {
  readonly position: Position;
  /** The event to show, if it was not seen before. */
  readonly event: LiveEvent | null;
  /** Something may have been missed. */
  readonly isReset: boolean;
}

/**
 * A merchant's sequences arrive once and in order, without gaps. One that was seen is skipped (a resumed stream of all
 * merchants repeats a minute), and a gap counts as a reset.
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
