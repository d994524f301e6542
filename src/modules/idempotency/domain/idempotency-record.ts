import { BookTable } from '../../../shared/book-table.js';
import type { Reply } from '../../../shared/reply.js';

export interface IdempotencyRecord extends Reply {
  /** Of the method, the route, the ids in the path and the normalised command. */
  readonly requestHash: Uint8Array;
  readonly expiresAt: Date;
}

/** Key: the caller's Idempotency-Key. */
export const idempotencyRecords = new BookTable<IdempotencyRecord>('idempotency_keys');
