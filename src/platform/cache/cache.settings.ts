import { integer } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';

export class CacheSettings extends settings('The list cache', {
  ttlSeconds: integer({
    name: 'LIST_CACHE_TTL_SECONDS',
    formerly: 'PAYOUT_LIST_CACHE_TTL_SECONDS',
    default: 30,
    min: 1,
    max: 3_600,
    help: 'How long a page is cached. After a failure of Redis it may be stale.',
  }),
}) {}
