export { once, type StoredReply, type KeyedRequest } from './application/once.js';
export { parseIdempotencyKey } from './domain/idempotency-key.js';
export { idempotencyRecords, type Reply } from './domain/idempotency-record.js';
export { IdempotencySettings } from './idempotency.settings.js';
