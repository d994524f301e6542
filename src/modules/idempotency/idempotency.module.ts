import { Module } from '@nestjs/common';
import { Books } from '../../platform/group-commit/group-commit.public.js';
import { ReapExpiredKeys } from './application/reap-expired-keys.js';
import { ExpiredKeys } from './domain/expired-keys.js';
import { ExpiredIdempotencyKeys } from './infrastructure/expired-idempotency-keys.js';
import { IdempotencyStore } from './infrastructure/idempotency-store.js';
import { ReapIdempotencyKeys } from './jobs/reap-idempotency-keys.js';

/** The same request twice has one effect: `once()` records the answer with the work, the reaper forgets it in time. */
@Module({
  providers: [
    IdempotencyStore,
    ReapExpiredKeys,
    ReapIdempotencyKeys,
    { provide: ExpiredKeys, useClass: ExpiredIdempotencyKeys },
  ],
})
export class IdempotencyModule {
  constructor(books: Books, store: IdempotencyStore) {
    books.register(store);
  }
}
