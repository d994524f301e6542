/** Connections to Redis, and whether it answers. */
export { CacheRedisWatch, RedisWatch } from './redis-watch.js';
export { RedisModule } from './redis.module.js';
export { RedisSettings } from './redis.settings.js';
