import { type JudgedFinding, toBeJudged } from './audit.js';
import { type CheckPart, checkPart, type Read } from './book-checks.js';

/** A gateway's signed callback that was not taken in, by the columns of the inbox. */
type StoredCallback = Readonly<Record<'gateway' | 'event_id' | 'outcome' | 'body_digest', string>> & {
  readonly subject: 'payout' | 'payment' | 'refund';
  /** Of the order; null: it cannot be read at all. */
  readonly reference: string | null;
  /** When it came, as PostgreSQL writes it. */
  readonly received: string;
};

type RefusedCallback = StoredCallback & {
  /** Of the order. */
  readonly status: string;
};

/** About orders of this book, and not acted upon: somebody must find out why. */
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
 * About orders that no book knows: after a restore from yesterday such a callback may be the only trace of money that has
 * moved. And those that cannot be read at all.
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

/** Never changed, for persons have acknowledged digests of it; that of payouts is without the subject. */
function evidenceOf({ gateway, event_id, body_digest, outcome, subject, reference }: StoredCallback) {
  return [gateway, event_id, body_digest, outcome, ...(subject === 'payout' ? [] : [subject]), reference];
}
