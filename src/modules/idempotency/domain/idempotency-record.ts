import { BookTable } from '../../../shared/book-table.js';
import type { Reply } from '../../../shared/reply.js';

export interface IdempotencyRecord extends Reply {
  /** Covers the method, the route, the ids in the path and the normalised command. */
  readonly requestHash: Uint8Array;
  /** When the window ends, by the database's clock … */
  readonly expiresAt: Date;
  /** … and by live time, in milliseconds. Null: written by a version without live time. */
  readonly expiresAtLiveMs: number | null;
}

/** Key: the caller's Idempotency-Key. */
export const idempotencyRecords = new BookTable<IdempotencyRecord>('idempotency_keys');
