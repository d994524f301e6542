import { reachOf } from '../config/host-reach.js';
import { integer, parsed, text } from '../config/setting-kinds.js';
import { type Refuse, settings, type Surroundings } from '../config/settings.js';
import { normalised, type RedisAddress, redisAddress } from './redis-address.js';

/** Each part of a queue costs each worker a connection, and each process regularly checks for former parts. */
export const MAX_QUEUE_PARTS = 32;

const ADDRESS = { default: null, allowed: 'redis://…', parse: addressOf } as const;

export class RedisSettings extends settings('Redis', {
  /** Parsed with {@link redisAddress}. */
  url: parsed({
    ...ADDRESS,
    name: 'REDIS_URL',
    example: 'redis://:secret@127.0.0.1:6379',
    help: 'Redis 6.2 or newer, a cluster, or `redis+sentinel:…`. Unset: the queues are in PostgreSQL.',
  }),
  keyPrefix: text({
    name: 'REDIS_KEY_PREFIX',
    default: 'bahi',
    pattern: /^[a-z0-9_-]{1,40}$/,
    expected: '1 to 40 of a-z, 0-9, - and _',
    help: 'The prefix of every key. Two installations on one Redis need different ones.',
  }),
  /** Null: as many as suit the Redis at {@link url}. */
  queueParts: integer({
    name: 'QUEUE_PARTS',
    default: null,
    min: 1,
    max: MAX_QUEUE_PARTS,
    help: 'The parts of each queue, spread over a Redis cluster. Unset: 8 in a cluster, otherwise 1.',
  }),
  cacheUrl: parsed({
    ...ADDRESS,
    name: 'REDIS_CACHE_URL',
    example: 'redis://127.0.0.1:6380',
    help: 'A separate Redis for the list cache. Unset: that of `REDIS_URL`.',
  }),
}) {}

/** A wrong value is not shown: it may contain a password. */
function addressOf(given: string, refuse: Refuse, surroundings: Surroundings): string {
  const hide = (expected: string): never => refuse(expected, '(hidden)');
  const address = redisAddress(given, hide);
  if (surroundings.production && !surroundings.allows('ALLOW_PLAINTEXT')) assertGuarded(address, hide);
  return normalised(given, hide);
}

function assertGuarded({ nodes, tls, password }: RedisAddress, refuse: (expected: string) => never): void {
  if (nodes.every(({ host }) => reachOf(host) === 'local')) return;
  if (!tls) refuse('rediss:// (TLS) to another machine in production, or ALLOW_PLAINTEXT=1');
  if (password === '') refuse('a password for another machine in production, or ALLOW_PLAINTEXT=1');
}
