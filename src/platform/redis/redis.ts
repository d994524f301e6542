import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { Cluster, Redis, type RedisOptions as DriverOptions } from 'ioredis';
import { type RedisAddress, redisAddress } from './redis-address.js';
import { SentinelConnections } from './sentinel-connections.js';

/** One server, or a cluster, which takes the same commands as long as the keys of a command share a hash tag. */
export type RedisClient = Redis | Cluster;

/** Pauses between attempts to reach a server that is down: the first one, and the longest one. */
const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1_000;

const CONNECT_TIMEOUT_MS = 2_000;

/**
 * A network that drops all packets reports no error: an answer that is overdue by this much will never come on this
 * connection.
 */
const SILENCE_MS = 15_000;

/**
 * How often a cluster is asked for its slots without a cause: a master that hangs and was replaced does not report it.
 */
const SLOTS_EVERY_MS = 5_000;

type SentinelMaster = NonNullable<RedisAddress['master']>;

interface RedisOptions {
  /** Names the connection in `CLIENT LIST`. */
  readonly name: string;
  /**
   * What happens to a command while the server is unreachable. True: it waits as long as it takes, and is repeated if
   * it was interrupted. Otherwise it fails at once, and in any case after `commandTimeoutMs`.
   */
  readonly waitsForServer: boolean;
  readonly commandTimeoutMs?: number;
}

/**
 * Connects in the background, and again whenever the connection is lost. Never throws and never ends by itself.
 *
 * @param url in the form of `REDIS_URL`
 */
export function openRedis(url: string, options: RedisOptions): RedisClient {
  const address = readRedisUrl(url);
  const client = address.kind === 'cluster' ? openCluster(address, options) : openServer(address, options);
  // Every queue and every worker of the process listens.
  client.setMaxListeners(100);
  // Errors that concern a command are thrown by the command; `RedisWatch` logs whether Redis is reachable at all.
  client.on('error', () => undefined);
  return client;
}

/** Parses an address that was checked at the start. */
export function readRedisUrl(url: string): RedisAddress {
  return redisAddress(url, (expected) => {
    throw new Error(`the address of Redis is not ${expected}`);
  });
}

function openServer(address: RedisAddress, options: RedisOptions): Redis {
  const client = new Redis({
    ...(address.master === null ? address.nodes[0]! : sentinelsOf(address, address.master)),
    ...optionsOf(address, options),
    enableOfflineQueue: options.waitsForServer,
    retryStrategy: pauseBefore,
    // After a failover, the name of a managed server may still lead to the old one, which accepts no writes any more.
    reconnectOnError: ({ message }) => (message.includes('READONLY') ? 2 : false),
  });
  return withoutStaleTimers(client);
}

/**
 * The sentinels are asked for the master at each connection, and a failover that they report ends the connection to the
 * old one.
 */
function sentinelsOf(address: RedisAddress, { name, username, password }: SentinelMaster): DriverOptions {
  return {
    sentinels: [...address.nodes],
    name,
    ...(username === '' ? {} : { sentinelUsername: username }),
    ...(password === '' ? {} : { sentinelPassword: password }),
    ...(address.tls ? { enableTLSForSentinelMode: true, sentinelTLS: tlsOf(address) } : {}),
    sentinelRetryStrategy: pauseBefore,
    sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
    failoverDetector: true,
    Connector: SentinelConnections as NonNullable<DriverOptions['Connector']>,
  };
}

/**
 * When a connection ends during a command, ioredis leaves the timer of `socketTimeout` running: it keeps the process
 * alive for that long, and then ends the connection that has followed. And `disconnect` of a connection that has
 * already ended (the server is down) waits for its end with a timer of two seconds.
 */
export function withoutStaleTimers<Client extends RedisClient>(client: Client): Client {
  if (client instanceof Cluster) client.on('+node', withoutStaleTimers);
  const timed = client as { socketTimeoutTimer?: NodeJS.Timeout | undefined; connector?: { stream?: unknown } };
  client.on('close', () => {
    clearTimeout(timed.socketTimeoutTimer);
    timed.socketTimeoutTimer = undefined;
    if (timed.connector !== undefined) timed.connector.stream = undefined;
  });
  return client;
}

function openCluster(address: RedisAddress, options: RedisOptions): Cluster {
  const cluster = new Cluster([...address.nodes], {
    redisOptions: optionsOf(address, options),
    enableOfflineQueue: options.waitsForServer,
    clusterRetryStrategy: pauseBefore,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    slotsRefreshInterval: SLOTS_EVERY_MS,
    // With TLS, the certificate names the host that was asked for, so the host must not be replaced by its address.
    dnsLookup: (host, callback) => callback(null, host),
  });
  return withoutStaleTimers(cluster);
}

function optionsOf(address: RedisAddress, { name, waitsForServer, commandTimeoutMs }: RedisOptions): DriverOptions {
  const { username, password, database, tls } = address;
  return {
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    ...(database === 0 ? {} : { db: database }),
    ...(tls ? { tls: tlsOf(address) } : {}),
    ...(commandTimeoutMs === undefined ? {} : { commandTimeout: commandTimeoutMs }),
    connectionName: name,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: waitsForServer ? null : 0,
    ...(waitsForServer ? { socketTimeout: SILENCE_MS } : {}),
    // One write per turn of the event loop, for all commands of that turn.
    enableAutoPipelining: !waitsForServer,
  };
}

/**
 * Clusters and sentinels often name their nodes by IP addresses, for which certificates are rarely issued. A
 * certificate for the configured name is accepted: the IP address was learnt from a server that has shown such a
 * certificate.
 */
function tlsOf({ nodes }: RedisAddress): { checkServerIdentity: typeof checkServerIdentity } {
  const names = nodes.map(({ host }) => host).filter((host) => isIP(host) === 0);
  return {
    checkServerIdentity: (host, certificate) => {
      const refusal = checkServerIdentity(host, certificate);
      const isKnown = isIP(host) !== 0 && names.some((name) => checkServerIdentity(name, certificate) === undefined);
      return isKnown ? undefined : refusal;
    },
  };
}

function pauseBefore(attempt: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 10), MAX_RETRY_MS);
}

/** Whether commands can be sent right now. A cluster's status is `connect` until it has checked all its nodes. */
export function isReady(client: RedisClient): boolean {
  return client.status === 'ready' || (client instanceof Cluster && client.status === 'connect');
}

const UNREACHABLE_ERRNOS =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|NR_CLOSED)$/;
const UNREACHABLE_MESSAGES =
  /^(Connection is closed|Stream isn't writeable|Reached the max retries|Command timed out|None of startup nodes|Cluster isn't ready|Failed to refresh slots|CLUSTERDOWN|Too many Cluster redirections|All sentinels are unreachable|Socket timeout|LOADING|MASTERDOWN|READONLY|Redis is away)/;

/**
 * Whether Redis could not be reached, or the connection broke during a command, which may then have been carried out.
 */
export function isRedisUnreachable(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const known = typeof code === 'string' && UNREACHABLE_ERRNOS.test(code);
  return known || (typeof message === 'string' && UNREACHABLE_MESSAGES.test(message));
}
