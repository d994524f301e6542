import { type JudgedFinding, toBeJudged } from './audit.js';
import { type CheckPart, checkPart, type Read } from './book-checks.js';

/** A gateway's signed callback that was not acted upon, by the columns of the inbox. */
type StoredCallback = Readonly<Record<'gateway' | 'event_id' | 'outcome' | 'body_digest', string>> & {
  readonly subject: 'payout' | 'payment' | 'refund';
  /** The order's reference; null if it cannot be read at all. */
  readonly reference: string | null;
  /** When the callback arrived, as PostgreSQL writes it. */
  readonly received: string;
};

type RefusedCallback = StoredCallback & {
  /** The status of the order. */
  readonly status: string;
};

/** Checks callbacks about orders of this book that were not acted upon: somebody must find out why. */
export function checkCallbacks<Snapshot>(name: string, read: Read<Snapshot, RefusedCallback>): CheckPart<Snapshot> {
  return checkPart(name, read, ({ merchantId }, callbacks) =>
    callbacks.map((callback) => {
      const values = { ...nameOf(callback), ...orderOf(callback), outcome: callback.outcome };
      const evidence = [...evidenceOf(callback), callback.status];
      return toBeJudged('CALLBACK_REFUSED', merchantId, { code: 'callback_refused', values }, evidence);
    }),
  );
}

/**
 * Callbacks about orders that no book knows: after a restore from yesterday's backup, such a callback may be the only
 * trace of money that has moved. Also callbacks that cannot be read at all.
 */
export async function* callbacksOfNoBook(callbacks: AsyncIterable<StoredCallback>): AsyncGenerator<JudgedFinding> {
  for await (const callback of callbacks)
    yield callback.reference === null
      ? toBeJudged(
          'CALLBACK_REFUSED',
          null,
          { code: 'callback_unreadable', values: nameOf(callback) },
          evidenceOf(callback),
        )
      : toBeJudged(
          'UNKNOWN_AT_BOOKS',
          null,
          { code: 'callback_of_no_book', values: { ...nameOf(callback), ...orderOf(callback) } },
          evidenceOf(callback),
        );
}

const nameOf = ({ event_id, gateway }: StoredCallback) => ({ callback_id: event_id, gateway });

const orderOf = ({ subject, reference }: StoredCallback) => ({ subject, id: String(reference) });

/**
 * This must never change, because persons have acknowledged digests of it; for payouts it does not contain the subject.
 */
function evidenceOf({ gateway, event_id, body_digest, outcome, subject, reference }: StoredCallback) {
  return [gateway, event_id, body_digest, outcome, ...(subject === 'payout' ? [] : [subject]), reference];
}
