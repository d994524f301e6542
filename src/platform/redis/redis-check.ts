import { Cluster } from 'ioredis';
import { StartupError } from '../config/startup-error.js';
import { isTlsRefusal } from '../database/errors/tls-refusal.js';
import { withTimeout } from '../waiting/with-timeout.js';
import { asCluster } from './redis-address.js';
import { isReady, openRedis, readRedisUrl, type RedisClient } from './redis.js';

/** Enough for name resolution, TLS and authentication; a start does not wait longer for something optional. */
const TIMEOUT_MS = 2_500;

/** Refusals that waiting does not cure: a wrong password, a missing right, a missing database. */
const REFUSALS =
  /^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|AUTH|Client sent AUTH|DB index|SELECT is not allowed))/;

const OLDEST = [6, 2] as const;

/** What a server answers to a cluster client, and what sentinels answer that do not know the master. */
const NO_CLUSTER = /cluster support disabled/;
const NO_MASTER = /invalid reply: null/;

/** The consequences of an outage. */
const WITHOUT = {
  REDIS_URL: 'Payouts are still accepted, and are sent to the banks when Redis is back.',
  REDIS_CACHE_URL: 'Pages of lists are read from the database until it is back.',
};

/** Whether this is the `INFO` of a cluster node; no other server answers this. */
export function isOfCluster(info: string): boolean {
  return /^cluster_enabled:1\r?$/m.test(info);
}

/**
 * Checks a Redis before the service starts, and finds out whether a single address belongs to a cluster.
 *
 * @param variable the variable that contains the address, for the messages
 * @param warn gets a line for each problem: it is unreachable, may evict keys, or is too old
 * @returns the address to use
 * @throws StartupError when it answers and refuses us, or is something else than the address says
 */
export async function checkRedis(
  variable: keyof typeof WITHOUT,
  url: string,
  warn: (line: string) => void,
): Promise<string> {
  const client = openRedis(url, { name: 'bahi-start', waitsForServer: false, commandTimeoutMs: TIMEOUT_MS });
  try {
    const refusal = await refusalOf(client);
    if (refusal !== null) throw new StartupError(`${variable}: ${whyRefused(refusal, url)}`);
    if (!isReady(client)) {
      warn(`${variable}: Redis is unreachable. ${WITHOUT[variable]}`);
      return url;
    }
    const infos = await infosOf(client);
    for (const line of new Set(infos.flatMap((info) => concerns(variable, info)))) warn(line);
    if (!(await isCluster(client, infos))) return url;
    const { kind, database } = readRedisUrl(url);
    if (kind === 'sentinel')
      throw new StartupError(
        `${variable}: the sentinels lead to a node of a cluster. A cluster needs no sentinels: name its nodes.`,
      );
    if (database !== 0)
      throw new StartupError(`${variable}: a cluster has only database 0, and this address names ${database}.`);
    return kind === 'server' ? asCluster(url) : url;
  } finally {
    client.disconnect();
  }
}

/** Named decision: a server that refuses INFO (the user has no right to it) is accepted without a check. */
async function infosOf(client: RedisClient): Promise<string[]> {
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  return Promise.all(nodes.map((node) => node.info().catch(() => '')));
}

/** If INFO was refused, the slots show it: only a cluster has any. */
async function isCluster(client: RedisClient, infos: readonly string[]): Promise<boolean> {
  if (client instanceof Cluster || infos.some(isOfCluster)) return true;
  if (infos.some((info) => info !== '')) return false;
  return client.cluster('SLOTS').then(
    (slots) => slots.length > 0,
    () => false,
  );
}

function whyRefused(refusal: string, url: string): string {
  if (NO_CLUSTER.test(refusal)) return 'names a cluster, but a single server answers: name one address.';
  if (NO_MASTER.test(refusal)) return `no sentinel knows a master named ${readRedisUrl(url).master?.name}.`;
  return `Redis refuses the connection (${refusal}). Check its user, password, database and TLS.`;
}

/** Null when it accepts us, or has not answered in time. */
async function refusalOf(client: RedisClient): Promise<string | null> {
  let refusal: string | null = null;
  const answered = new Promise<void>((resolve) => {
    const consider = (error: Error & { readonly lastNodeError?: Error }): void => {
      // A cluster reports only that it could not be reached; the reason is in the error of the last node that was
      // tried.
      const cause = error.lastNodeError ?? error;
      const message = cause.message.replace(/^All sentinels are unreachable.* Last error: /, '');
      if (![REFUSALS, NO_CLUSTER, NO_MASTER].some((known) => known.test(message)) && !isTlsRefusal(cause)) return;
      refusal = message;
      resolve();
    };
    client.once('ready', () => resolve());
    client.on('error', consider);
    client.on('sentinelError', consider);
  });
  await withTimeout(TIMEOUT_MS, answered);
  return refusal;
}

function concerns(variable: string, info: string): string[] {
  const infoOf = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const lines: string[] = [];
  const policy = infoOf('maxmemory_policy');
  if (variable === 'REDIS_URL' && policy !== '' && policy !== 'noeviction') {
    lines.push(
      `${variable}: Redis may drop jobs when its memory is full (maxmemory-policy ${policy}). Nothing is lost, ` +
        'but the payouts then wait for their recovery: set maxmemory-policy noeviction.',
    );
  }
  const [major = 0, minor = 0] = infoOf('redis_version').split('.').map(Number);
  if (major > 0 && (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))) {
    lines.push(`${variable}: Redis ${major}.${minor} is older than ${OLDEST.join('.')}, and has not been tested.`);
  }
  return lines;
}
