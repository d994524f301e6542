import { sha256Hex } from '../../../shared/sha256.js';
import type { CallbackEnding, Destination } from './bank-gateway.js';
import type { ProviderCallbackEnding } from './payment-gateway.js';

/**
 * What became of a callback: it was processed, or is about nothing of ours, or cannot be right, or cannot be understood
 * (`unrecognized`: what it says of an order; `unreadable`: of what it is). All but the first are for a person.
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
  /** In minor units of the currency; of rupees, paise. Null of what is `unrecognized`, where it cannot be read. */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
} & (
  | { readonly subject: 'payout'; readonly ending: CallbackEnding; readonly destination?: Destination }
  | { readonly subject: 'payment' | 'refund'; readonly ending: ProviderCallbackEnding }
);

/** A callback as it came, so far as it is stored: for a person who has to find out what it meant. */
export interface CallbackMessage {
  /** SHA-256, hexadecimal, of the body as it arrived. */
  readonly digest: string;
  /** Bounded, and without account numbers. */
  readonly text: string;
}

/** A verified callback that waits to be processed by the flow to which its reference belongs. */
export type StoredCallback = ReportedEvent & {
  readonly gateway: string;
  /** SHA-256, hexadecimal, of the body as it arrived. */
  readonly digest: string;
  readonly receivedAt: Date;
  /** How often it could not be processed yet. */
  readonly tries: number;
};

export type CallbackKey = Pick<StoredCallback, 'gateway' | 'eventId'>;

/** A place in the line of what is due. */
export interface DueCallback extends CallbackKey {
  /** As PostgreSQL writes it: a `Date` would lose the microseconds, and the place with them. */
  readonly dueAt: string;
}

/**
 * Asks a flow to act on a stored callback. Queues take no colons in ids of jobs, and gateways use them: hence the digest.
 */
export function callbackJob<Queue extends string>(queue: Queue, { gateway, eventId }: CallbackKey) {
  const id = `callback-${sha256Hex(`${gateway}\n${eventId}`)}`;
  return { queue, name: 'callback', id, data: { gateway, eventId } };
}

/**
 * The verified callbacks, each stored once however often it is delivered. What could not be processed yet stays due, so
 * that nothing is lost with a queue or a process.
 */
export abstract class CallbackInbox {
  /** @returns false when the event is known */
  abstract store(gateway: string, event: ReportedEvent, message: CallbackMessage): Promise<boolean>;
  /**
   * Keeps what nobody can act upon, once.
   * @param port by what kind of gateway it came
   * @returns false when it is known
   */
  abstract storeUnreadable(gateway: string, port: 'payout' | 'payment', message: CallbackMessage): Promise<boolean>;
  /** @returns null when it is unknown, or was processed already */
  abstract find(key: CallbackKey): Promise<StoredCallback | null>;
  /**
   * Those about these subjects whose time has come, the longest due first.
   * @param after where the last sweep ended, or null to begin with the longest due
   */
  abstract due(
    subjects: readonly CallbackSubject[],
    limit: number,
    after: DueCallback | null,
  ): Promise<readonly DueCallback[]>;
  /** @returns false when somebody else has ended it */
  abstract end(key: CallbackKey, outcome: CallbackOutcome): Promise<boolean>;
  /** Deletes the oldest that were processed and are older than this. @returns how many, at most `limit` */
  abstract prune(days: number, limit: number): Promise<number>;
  /** Not yet: tried again after so many seconds. */
  abstract postpone(key: CallbackKey, seconds: number): Promise<void>;
}
