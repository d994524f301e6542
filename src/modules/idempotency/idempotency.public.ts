export { once, type StoredReply, type KeyedRequest } from './application/once.js';
export { IDEMPOTENCY_REFUSALS, parseIdempotencyKey } from './domain/idempotency-key.js';
export { idempotencyRecords } from './domain/idempotency-record.js';
export { IdempotencySettings } from './idempotency.settings.js';
