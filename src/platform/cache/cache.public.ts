/** A cache of pages of lists, with versions that make stale pages unreachable. */
export { CacheModule } from './cache.module.js';
export { ExpiringCache } from './expiring-cache.js';
export { ListCache } from './list-cache.js';
export { CacheSettings } from './cache.settings.js';
