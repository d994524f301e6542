/** What is said about a merchant's events, by the stream to its reader, and by that one to the other tabs. */
export type LiveMessage =
  | { readonly kind: 'event'; readonly event: LiveEvent }
  /** Behind this number nothing is missing, but what was read before may be older: read it again. */
  | { readonly kind: 'reset'; readonly sequence: number | null };

export interface LiveEvent {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly data: { readonly object: unknown };
}

/** How far a tab has come in the events of its merchant; null: it knows of none yet. */
export type Position = number | null;

export interface Advance {
  readonly position: Position;
  /** The event to show, if it is one that was not seen. */
  readonly event: LiveEvent | null;
  /** Something may have been missed. */
  readonly isReset: boolean;
}

/** Numbers come once and in order, without gaps: one that was seen is passed over, and a gap is as good as a reset. */
export function advance(position: Position, message: LiveMessage): Advance {
  if (message.kind === 'reset') return { position: message.sequence ?? position, event: null, isReset: true };
  const { event } = message;
  const { sequence } = event;
  if (position !== null && sequence <= position) return { position, event: null, isReset: false };
  return { position: sequence, event, isReset: position !== null && sequence !== position + 1 };
}
