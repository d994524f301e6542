import type { AnswerRecord } from './gateway-answer.js';
import type { Moment } from '../moment.js';

/** Who changes something, when and why. */
export interface Cause {
  readonly now: Moment;
  /** `merchant:<key id>`, `operator:<key id>`, `bank:<gateway>`, `gateway:<name>` or `system`. */
  readonly actor: string;
  readonly reason?: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** One entry of an order's timeline. Appended, never changed. */
export interface TimelineEntry<Status extends string> {
  readonly type: string;
  readonly from: Status | null;
  readonly to: Status;
  readonly at: Date;
  readonly actor: string;
  readonly reason: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A timeline entry with the order that it belongs to, and its number there. */
export interface TimelineRow<Status extends string> extends TimelineEntry<Status> {
  readonly orderId: string;
  /** 1, 2, 3 … without gaps. */
  readonly seq: number;
  /** Covers this entry and all before it. Null: it was appended by a version without the chain. */
  readonly hash: Uint8Array | null;
}

export function timelineEntry<Status extends string>(
  type: string,
  from: Status | null,
  to: Status,
  { now, actor, reason, data }: Cause,
): TimelineEntry<Status> {
  return { type, from, to, at: now.orderTime, actor, reason: reason ?? null, data: data ?? {} };
}

/** An order after one more timeline entry, which is added to `entries`. */
export function withEntry<
  Status extends string,
  State extends { readonly status: Status; readonly events: number; readonly revision: number },
>(state: State, entries: TimelineEntry<Status>[], type: string, from: Status | null, cause: Cause): State {
  entries.push(timelineEntry(type, from, state.status, cause));
  return { ...state, events: state.events + 1, revision: state.revision + 1 };
}

/** The same cause with more data. */
export function withData(cause: Cause, data: Readonly<Record<string, unknown>>): Cause {
  return { ...cause, data: { ...cause.data, ...data } };
}

/** Stores an answer with what it caused: in the first of the new entries. @returns false if there is no new entry */
export function attachAnswer<Status extends string>(entries: TimelineEntry<Status>[], answer: AnswerRecord): boolean {
  const caused = entries[0];
  if (caused === undefined) return false;
  entries[0] = { ...caused, data: { ...caused.data, answer } };
  return true;
}
