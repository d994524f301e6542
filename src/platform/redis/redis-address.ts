import { addressWith, isAddress, isCutOff, PERCENT_ENCODED } from '../config/setting-kinds.js';

interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is, and what kind it is: one server, a cluster, or a server that sentinels know. */
export interface RedisAddress {
  readonly kind: 'server' | 'cluster' | 'sentinel';
  /** The server, some of the cluster's nodes, or the sentinels. */
  readonly nodes: readonly RedisNode[];
  readonly tls: boolean;
  /** The user and password for every node; empty if there are none. */
  readonly username: string;
  readonly password: string;
  readonly database: number;
  /** The sentinels' name for the server, and the user and password for the sentinels themselves. */
  readonly master: { readonly name: string; readonly username: string; readonly password: string } | null;
}

const SCHEMES = ['redis:', 'rediss:', 'redis+cluster:', 'rediss+cluster:'];
const SENTINEL = /^(rediss?)\+sentinel:\/\/(?:([^@/?#]*)@)?([^@/?#]+)\/([^/?#]+)(?:\/(\d{1,4}))?(?:\?([^#]*))?$/;

const EXPECTED = addressWith(['redis:', 'rediss:']);
const EXPECTED_SENTINEL = 'redis+sentinel://user:password@host:26379,host:26379/master-name/0';
const OF_SENTINELS = ['sentinel_username', 'sentinel_password'];

/** Ends parsing with what was expected. */
type Refuse = (expected: string) => never;

/**
 * Parses `REDIS_URL`: one address, those of a cluster separated by commas, or sentinels with the name of their master.
 * @param refuse called for an address that makes no sense
 */
export function redisAddress(text: string, refuse: Refuse): RedisAddress {
  if (/^rediss?\+sentinel:/.test(text)) return sentinelAddress(text, refuse);
  const nodes = nodesOf(text, refuse).map((node) => new URL(node));
  const [first] = nodes as [URL, ...URL[]];
  const isCluster = nodes.length > 1 || first.protocol.includes('+cluster');
  const database = databaseOf(first, refuse);
  if (isCluster && database !== 0) refuse('no database but 0 of a cluster, which has no others');
  for (const node of nodes.slice(1)) {
    if (node.protocol !== first.protocol) refuse('all nodes of a cluster with the same scheme');
    if (credentialsOf(node) !== ':' && credentialsOf(node) !== credentialsOf(first))
      refuse('one user and password for all nodes of a cluster, in the first of them');
    if (databaseOf(node, refuse) !== 0) refuse('no database but 0 of a cluster, which has no others');
  }
  return {
    kind: isCluster ? 'cluster' : 'server',
    nodes: nodes.map((node) => nodeAt(node, 6379)),
    tls: first.protocol.startsWith('rediss'),
    username: decoded(first.username, refuse),
    password: decoded(first.password, refuse),
    database,
    master: null,
  };
}

/** The same address in one form: addresses after the first may have omitted the scheme. */
export function normalised(text: string, refuse: Refuse): string {
  return /^rediss?\+sentinel:/.test(text) ? text : nodesOf(text, refuse).join(',');
}

/** The address of one server, written as that of a cluster. */
export function asCluster(url: string): string {
  return url.replace(/^(rediss?):/, '$1+cluster:');
}

function nodesOf(text: string, refuse: Refuse): string[] {
  const given = text.split(',').map((node) => node.trim());
  const scheme = /^[a-z+]+:\/\//.exec(given[0]!)?.[0] ?? '';
  const complete = given.map((node) => (node.includes('://') ? node : `${scheme}${node}`));
  const wrong = complete.find((node) => !isAddress(node, SCHEMES));
  if (wrong !== undefined) refuse(isCutOff(wrong, SCHEMES) ? `${EXPECTED}, ${PERCENT_ENCODED}` : EXPECTED);
  return complete;
}

/** Parses `redis+sentinel://user:password@host:26379,host:26379/master-name/0`, which no URL parser accepts. */
function sentinelAddress(text: string, refuse: Refuse): RedisAddress {
  const [, scheme, credentials = '', hosts, name, database = '0', query = ''] = SENTINEL.exec(text) ?? [];
  if (hosts === undefined || name === undefined) return refuse(`${EXPECTED_SENTINEL}, ${PERCENT_ENCODED}`);
  const nodes = hosts.split(',').map((host) => `redis://${host.trim()}`);
  const owner = `redis://${credentials === '' ? '' : `${credentials}@`}host`;
  if (![...nodes, owner].every((node) => isAddress(node, SCHEMES))) return refuse(EXPECTED_SENTINEL);
  const given = new URLSearchParams(query);
  const unknown = [...given.keys()].find((key) => !OF_SENTINELS.includes(key));
  if (unknown !== undefined) refuse(`no ${unknown} behind the ?, only ${OF_SENTINELS.join(' and ')}`);
  const { username, password } = new URL(owner);
  const [ofSentinels, itsPassword] = OF_SENTINELS.map((key) => given.get(key) ?? '') as [string, string];
  return {
    kind: 'sentinel',
    nodes: nodes.map((node) => nodeAt(new URL(node), 26379)),
    tls: scheme === 'rediss',
    username: decoded(username, refuse),
    password: decoded(password, refuse),
    database: Number(database),
    master: { name: decoded(name, refuse), username: ofSentinels, password: itsPassword },
  };
}

function databaseOf({ pathname, search }: URL, refuse: Refuse): number {
  if (search !== '') return refuse('nothing behind a ?');
  const database = /^(?:|\/|\/(\d{1,4}))$/.exec(pathname);
  return database === null ? refuse('nothing but the number of a database behind the /') : Number(database[1] ?? 0);
}

/** URL keeps the brackets of an IPv6 address; sockets do not accept them. */
function nodeAt({ hostname, port }: URL, otherwise: number): RedisNode {
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? otherwise : Number(port) };
}

function credentialsOf({ username, password }: URL): string {
  return `${username}:${password}`;
}

function decoded(text: string, refuse: Refuse): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Named decision: a % that begins no escape sequence.
    return refuse(`an address ${PERCENT_ENCODED.replace('(#', '(% is %25, #')}`);
  }
}
