import { BookTable } from '../../../shared/book-table.js';

/** An answer down to its bytes. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface IdempotencyRecord extends Reply {
  /** Of the method, the route, the ids in the path and the normalised command. */
  readonly requestHash: Uint8Array;
  readonly expiresAt: Date;
}

/** Key: the caller's Idempotency-Key. */
export const idempotencyRecords = new BookTable<IdempotencyRecord>('idempotency_keys');
