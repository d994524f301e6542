/** Pages of lists that are kept for a while, and the versions that tell when they are stale. */
export { listsOf } from './book-lists.js';
export { CacheModule } from './cache.module.js';
export { ExpiringCache } from './expiring-cache.js';
export { ListCache } from './list-cache.js';
export { CacheSettings } from './cache.settings.js';
