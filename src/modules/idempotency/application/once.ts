import type { DomainError } from '../../../shared/domain-error.js';
import type { Book } from '../../../platform/group-commit/group-commit.public.js';
import { IdempotencyKeyReused, isRecorded, TooManyIdempotencyKeys } from '../domain/idempotency-key.js';
import type { Reply } from '../../../shared/reply.js';
import { idempotencyRecords } from '../domain/idempotency-record.js';

export interface StoredReply extends Reply {
  /** True when an earlier request with this key did the work, and this is its answer. */
  readonly replayed: boolean;
}

/** The terms on which keys are remembered, as they were before the decision. */
export interface KeyTerms {
  readonly windowHours: number;
  /** The number of keys that the merchant has, if it may have no more; otherwise null. */
  readonly fullAt: number | null;
}

/** A request with an Idempotency-Key, and how its refusals become replies. */
export interface KeyedRequest {
  readonly key: string;
  readonly requestHash: Uint8Array;
  /** The hash that the previous version computes, if it differs: repeats across the upgrade still match. */
  readonly formerHash?: Uint8Array;
  readonly keys: KeyTerms;
  refusal(error: DomainError): Reply;
}

/**
 * Does `work` unless the key has been answered, and records the answer with the work, in one commit. A key counts as
 * long as its record exists, whatever a clock says: only the reaper removes it.
 * The book must have read `idempotencyRecords.row(request.key)`.
 * @throws IdempotencyKeyReused when the key was used for another request
 * @throws TooManyIdempotencyKeys when the key is new, and the merchant has no room for it
 * @throws what `work` throws, unless it is a refusal that the key remembers
 */
export function once(book: Book, request: KeyedRequest, work: () => Reply): StoredReply {
  const earlier = book.get(idempotencyRecords, request.key);
  if (earlier !== undefined) {
    if (!isSameRequest(earlier.requestHash, request)) throw new IdempotencyKeyReused();
    return {
      ...replyOf(earlier),
      status: earlier.status === 201 ? 200 : earlier.status,
      replayed: true,
    };
  }
  const { windowHours, fullAt } = request.keys;
  if (fullAt !== null) throw new TooManyIdempotencyKeys(fullAt);
  const reply = replyOrRefusal(book, request, work);
  const windowMs = windowHours * 3_600_000;
  book.put(idempotencyRecords, request.key, {
    ...reply,
    requestHash: request.requestHash,
    expiresAt: new Date(book.now.clockTime.getTime() + windowMs),
    expiresAtLiveMs: book.now.liveMs + windowMs,
  });
  return { ...reply, replayed: false };
}

function replyOrRefusal(book: Book, request: KeyedRequest, work: () => Reply): Reply {
  try {
    return book.savepoint(work);
  } catch (error) {
    if (!isRecorded(error)) throw error;
    return replyOf(request.refusal(error));
  }
}

function replyOf({ status, contentType, body }: Reply): Reply {
  return { status, contentType, body };
}

function isSameRequest(hash: Uint8Array, { requestHash, formerHash }: KeyedRequest): boolean {
  return sameBytes(hash, requestHash) || (formerHash !== undefined && sameBytes(hash, formerHash));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
