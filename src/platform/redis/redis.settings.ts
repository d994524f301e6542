import { addressWith, isAddress, parsed, text } from '../config/setting-kinds.js';
import { type Refuse, settings } from '../config/settings.js';

const SCHEMES = ['redis:', 'rediss:'];
const NODES = { default: null, allowed: 'redis://…', parse: nodesOf } as const;

export class RedisSettings extends settings('Redis', {
  /** One address, or the nodes of a cluster with commas. */
  url: parsed({
    ...NODES,
    name: 'REDIS_URL',
    example: 'redis://:secret@127.0.0.1:6379',
    help: 'Redis 6.2 or newer, or a cluster’s nodes with commas. Unset: the queues live in PostgreSQL.',
  }),
  keyPrefix: text({
    name: 'REDIS_KEY_PREFIX',
    default: 'bahi',
    pattern: /^[a-z0-9_-]{1,40}$/,
    expected: '1 to 40 of a-z, 0-9, - and _',
    help: 'Begins every key: two installations on one Redis need two.',
  }),
  cacheUrl: parsed({
    ...NODES,
    name: 'REDIS_CACHE_URL',
    example: 'redis://127.0.0.1:6380',
    help: 'A Redis of its own for pages of lists. Unset: that of `REDIS_URL`.',
  }),
}) {}

/** Those behind the first may leave out the scheme. */
function nodesOf(given: string, refuse: Refuse): string {
  const nodes = given.split(',').map((node) => node.trim());
  const scheme = /^[a-z]+:\/\//.exec(nodes[0]!)?.[0] ?? '';
  const complete = nodes.map((node) => (node.includes('://') ? node : `${scheme}${node}`));
  if (complete.some((node) => !isAddress(node, SCHEMES))) refuse(addressWith(SCHEMES), '(hidden)');
  return complete.join(',');
}
