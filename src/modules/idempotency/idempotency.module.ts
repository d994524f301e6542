import { Module } from '@nestjs/common';
import { Books } from '../../platform/group-commit/group-commit.public.js';
import { PointReads } from '../../platform/database/database.public.js';
import { EarlierReplies } from '../../platform/http/http.public.js';
import { KeyRoom } from './application/key-room.js';
import { ReapExpiredKeys } from './application/reap-expired-keys.js';
import { ExpiredKeys } from './domain/expired-keys.js';
import { parseIdempotencyKey } from './domain/idempotency-key.js';
import { RememberedKeys } from './domain/remembered-keys.js';
import { ExpiredIdempotencyKeys } from './infrastructure/expired-idempotency-keys.js';
import { RememberedIdempotencyKeys } from './infrastructure/remembered-idempotency-keys.js';
import { IdempotencyStore } from './infrastructure/idempotency-store.js';
import { ReapIdempotencyKeys } from './jobs/reap-idempotency-keys.js';

/** A repeated request has one effect: `once()` records the answer with the work, and the reaper removes it later. */
@Module({
  providers: [
    IdempotencyStore,
    ReapExpiredKeys,
    ReapIdempotencyKeys,
    KeyRoom,
    { provide: RememberedKeys, useClass: RememberedIdempotencyKeys },
    { provide: ExpiredKeys, useClass: ExpiredIdempotencyKeys },
  ],
  exports: [KeyRoom, RememberedKeys],
})
export class IdempotencyModule {
  constructor(books: Books, store: IdempotencyStore, replies: EarlierReplies, reads: PointReads) {
    books.register(store);
    replies.knownBy(async (merchantId, header) => {
      const key = parseIdempotencyKey(header);
      const [found] = key === null ? [] : await store.load(reads, [merchantId], [key], [merchantId]);
      return found?.row ?? null;
    });
  }
}
