import { sha256Hex } from '../../../shared/sha256.js';
import type { CallbackEnding, Destination } from './bank-gateway.js';
import type { ProviderCallbackEnding } from './payment-gateway.js';

/**
 * What became of a callback: it was processed (`taken_in`); it is about an order that Bahi does not know; it
 * contradicts the order or was never confirmed; or it cannot be understood (`unrecognized`: what it says about an
 * order; `unreadable`: what it is about). All but the first are for a person.
 */
export type CallbackOutcome =
  | 'taken_in'
  | 'unknown_reference'
  | 'other_gateway'
  | 'amount_mismatch'
  | 'account_mismatch'
  | 'not_confirmed'
  | 'unrecognized'
  | 'unreadable';

/** What a callback is about. */
export type CallbackSubject = 'payout' | 'payment' | 'refund';

/** One event of a callback, as it is stored. */
export type ReportedEvent = {
  readonly eventId: string;
  readonly reference: string;
  /** In minor units of the currency, such as paise. Null if it cannot be read; then the ending is `unrecognized`. */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
} & (
  | { readonly subject: 'payout'; readonly ending: CallbackEnding; readonly destination?: Destination }
  | { readonly subject: 'payment' | 'refund'; readonly ending: ProviderCallbackEnding }
);

/** The part of a callback's body that is stored, for a person who has to find out what it meant. */
export interface CallbackMessage {
  /** SHA-256, hexadecimal, of the body as it arrived. */
  readonly digest: string;
  /** Limited in length, with account numbers masked. */
  readonly text: string;
}

/** A verified callback that waits until the flow that owns its reference processes it. */
export type StoredCallback = ReportedEvent & {
  readonly gateway: string;
  /** SHA-256, hexadecimal, of the body as it arrived. */
  readonly digest: string;
  readonly receivedAt: Date;
  /** How often it was postponed. */
  readonly tries: number;
};

export type CallbackKey = Pick<StoredCallback, 'gateway' | 'eventId'>;

/** A callback's place in the order in which callbacks become due. */
export interface DueCallback extends CallbackKey {
  /** As PostgreSQL writes it: a `Date` would lose the microseconds, and with them the place. */
  readonly dueAt: string;
}

/**
 * The job that asks a flow to act on a stored callback. Its id is a digest, because job ids may not contain colons and
 * the event ids of gateways do.
 */
export function callbackJob<Queue extends string>(queue: Queue, { gateway, eventId }: CallbackKey) {
  const id = `callback-${sha256Hex(`${gateway}\n${eventId}`)}`;
  return { queue, name: 'callback', id, data: { gateway, eventId } };
}

/**
 * The verified callbacks, each stored once however often it is delivered. A callback stays due until it is processed,
 * so that none is lost with a queue or a process.
 */
export abstract class CallbackInbox {
  /** @returns false when the event is stored already */
  abstract store(gateway: string, event: ReportedEvent, message: CallbackMessage): Promise<boolean>;
  /**
   * Stores a callback that nobody can act upon, once.
   * @param port the kind of gateway that sent it
   * @returns false when it is stored already
   */
  abstract storeUnreadable(gateway: string, port: 'payout' | 'payment', message: CallbackMessage): Promise<boolean>;
  /** @returns null when there is no such callback, or it has been processed */
  abstract find(key: CallbackKey): Promise<StoredCallback | null>;
  /**
   * The callbacks about these subjects that are due, the longest due first.
   * @param after where the last sweep ended, or null to begin with the longest due
   */
  abstract due(
    subjects: readonly CallbackSubject[],
    limit: number,
    after: DueCallback | null,
  ): Promise<readonly DueCallback[]>;
  /** @returns false when another worker has ended it already */
  abstract end(key: CallbackKey, outcome: CallbackOutcome): Promise<boolean>;
  /** Deletes processed callbacks older than this, the oldest first. @returns how many, at most `limit` */
  abstract prune(days: number, limit: number): Promise<number>;
  /** Makes the callback due again after this many seconds. */
  abstract postpone(key: CallbackKey, seconds: number): Promise<void>;
}
