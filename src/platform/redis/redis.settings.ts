import { reachOf } from '../config/reach.js';
import { addressWith, isAddress, isCutOff, parsed, PERCENT_ENCODED, text } from '../config/setting-kinds.js';
import { type Refuse, settings, type Surroundings } from '../config/settings.js';

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
function nodesOf(given: string, refuse: Refuse, surroundings: Surroundings): string {
  const nodes = given.split(',').map((node) => node.trim());
  const scheme = /^[a-z]+:\/\//.exec(nodes[0]!)?.[0] ?? '';
  const complete = nodes.map((node) => (node.includes('://') ? node : `${scheme}${node}`));
  const wrong = complete.find((node) => !isAddress(node, SCHEMES));
  if (wrong !== undefined)
    refuse(`${addressWith(SCHEMES)}${isCutOff(wrong, SCHEMES) ? `, ${PERCENT_ENCODED}` : ''}`, '(hidden)');
  if (surroundings.production && !surroundings.allows('ALLOW_PLAINTEXT')) assertGuarded(complete, refuse);
  return complete.join(',');
}

/** The password of a cluster stands in its first node. */
function assertGuarded(nodes: readonly string[], refuse: Refuse): void {
  const urls = nodes.map((node) => new URL(node));
  const remote = urls.filter(({ hostname }) => reachOf(hostname) !== 'local');
  if (remote.some(({ protocol }) => protocol !== 'rediss:'))
    refuse('rediss:// (TLS) to another machine in production, or ALLOW_PLAINTEXT=1', '(hidden)');
  if (remote.length > 0 && urls[0]!.password === '')
    refuse('a password for another machine in production, or ALLOW_PLAINTEXT=1', '(hidden)');
}
