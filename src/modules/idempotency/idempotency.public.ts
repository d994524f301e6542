export { once, type StoredReply, type KeyedRequest } from './application/once.js';
export { KeyRoom } from './application/key-room.js';
export { IDEMPOTENCY_REFUSALS, TooManyIdempotencyKeys, parseIdempotencyKey } from './domain/idempotency-key.js';
export { RememberedKeys } from './domain/remembered-keys.js';
export { idempotencyRecords } from './domain/idempotency-record.js';
