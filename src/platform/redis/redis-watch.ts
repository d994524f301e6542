import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Cluster } from 'ioredis';
import { StartupError } from '../config/startup-error.js';
import { orTimeout } from '../waiting/with-timeout.js';
import { keySlot, SLOTS } from './key-slot.js';
import { isReady, isRedisUnreachable, openRedis, readRedisUrl, type RedisClient } from './redis.js';
import { isOfCluster } from './redis-check.js';
import { RedisSettings } from './redis.settings.js';

/** A Redis that takes longer to answer is useless. */
const PROBE_TIMEOUT_MS = 1_000;

/** Long enough for a person to find the key; short enough that it does not outlive the installation. */
const PROBE_TTL_SECONDS = 60;

/** A slot is one of 16,384: with this many keys each slot is hit, except once in 200,000 times. */
const MAX_PROBE_KEYS = 200_000;

interface RedisState {
  /** A key was written to, and read from, every master. */
  readonly isWell: boolean;
  /**
   * Masters that do not answer, as `host:port`, or by the name that sentinels use. A master that is full, for example,
   * still answers.
   */
  readonly unreachable: readonly string[];
}

/** Which Redis is watched, and what its outage means. */
interface Watched {
  readonly variable: 'REDIS_URL' | 'REDIS_CACHE_URL';
  readonly called: string;
  readonly without: string;
}

const OF_QUEUES: Watched = {
  variable: 'REDIS_URL',
  called: 'Redis',
  without: 'payouts are accepted, and sent when it is reachable again',
};

const OF_CACHE: Watched = {
  variable: 'REDIS_CACHE_URL',
  called: 'the Redis of the list cache',
  without: 'lists are read from the database',
};

/** Watches whether Redis is reachable and accepts writes; logs once when it goes down and once when it is back. */
export class RedisWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('redis');
  private readonly client: RedisClient | null;
  private readonly isOneServer: boolean;
  /** The address that was set, for when nothing else is known. */
  private readonly given: readonly string[];
  private readonly keyPrefix: string;
  private unreachable = false;
  private loggedReason = '';
  private looking: Promise<RedisState> | null = null;
  private endFor: (why: StartupError) => void = () => undefined;
  /**
   * Settles when a Redis that was taken for one server turns out to be a cluster: it was unreachable at the start, or
   * has been replaced. Every connection is then of the wrong kind, and a new start opens the right kind.
   */
  readonly lost = new Promise<StartupError>((resolve) => (this.endFor = resolve));

  /** @param url null: there is no Redis, and nothing to watch */
  constructor(
    { url, keyPrefix }: Pick<RedisSettings, 'url' | 'keyPrefix'>,
    private readonly watched: Watched = OF_QUEUES,
  ) {
    this.keyPrefix = keyPrefix;
    const address = url === null ? null : readRedisUrl(url);
    this.isOneServer = address?.kind === 'server';
    const nodes = address?.nodes.map(({ host, port }) => `${host}:${port}`) ?? [];
    this.given = address?.master ? [address.master.name] : nodes;
    const settings = { name: 'bahi-watch', waitsForServer: false, commandTimeoutMs: PROBE_TIMEOUT_MS };
    this.client = url === null ? null : openRedis(url, settings);
  }

  /** False: there is no Redis, and nothing to watch. */
  get configured(): boolean {
    return this.client !== null;
  }

  onApplicationBootstrap(): void {
    this.client?.on('ready', () => {
      if (this.unreachable) this.logger.log(`${this.watched.called} is reachable again`);
      this.unreachable = false;
      if (this.isOneServer) void this.assertOneServer();
    });
    this.client?.on('close', () => {
      const { called, without } = this.watched;
      if (!this.unreachable) this.logger.warn(`${called} is unreachable: ${without}`);
      this.unreachable = true;
    });
  }

  /** Callers at the same time share one check. It takes a second at most, and never fails. */
  look(): Promise<RedisState> {
    this.looking ??= this.probe()
      .then(({ isWell, unreachable, why }) => {
        if (!isWell && why !== this.loggedReason && !this.unreachable) this.logger.warn(why);
        if (isWell && this.loggedReason !== '') this.logger.log(`${this.watched.called} accepts writes again`);
        this.loggedReason = isWell ? '' : why;
        return { isWell, unreachable };
      })
      .finally(() => (this.looking = null));
    return this.looking;
  }

  onApplicationShutdown(): void {
    this.client?.removeAllListeners('close');
    this.client?.disconnect();
  }

  private async probe(): Promise<RedisState & { readonly why: string }> {
    const { client } = this;
    if (client === null || !isReady(client))
      return { isWell: false, unreachable: this.given, why: `${this.watched.called} is unreachable` };
    return client instanceof Cluster ? this.probeCluster(client) : this.probeServer(client);
  }

  /** Writes a key: a server that is full, has a full disk or has become a replica answers PING, but takes no jobs. */
  private async probeServer(client: RedisClient) {
    const failure = await this.failureOf(client, `{${this.keyPrefix}}:probe`);
    if (failure === null) return { isWell: true, unreachable: [], why: '' };
    const why = `${this.watched.called} accepts no writes: ${failure.message}`;
    return { isWell: false, unreachable: isRedisUnreachable(failure) ? this.given : [], why };
  }

  /**
   * Through the cluster, because slots may be moving from one master to another. A cluster that lacks one master
   * refuses all keys, so each master is asked separately to find out which is missing.
   */
  private async probeCluster(cluster: Cluster) {
    const slots = slotsOf(cluster);
    const connections = new Map(
      cluster.nodes('all').map((node) => [`${node.options.host}:${node.options.port}`, node]),
    );
    const looks = Array.from(slots, async ([master, owned]) => {
      const connection = connections.get(master);
      const answers = orTimeout(PROBE_TIMEOUT_MS, master, connection?.ping() ?? Promise.reject(new Error('no answer')));
      const [failure, isThere] = await Promise.all([
        this.failureOf(cluster, keyIn(owned, `${this.keyPrefix}:probe:`)),
        answers.then(
          () => true,
          () => false,
        ),
      ]);
      return { master, failure, isThere };
    });
    const seen = await Promise.all(looks);
    const served = [...slots.values()].reduce((sum, { size }) => sum + size, 0);
    const unreachable = seen.filter(({ isThere }) => !isThere).map(({ master }) => master);
    const failed = seen.filter(({ failure }) => failure !== null);
    if (failed.length === 0 && served === SLOTS) return { isWell: true, unreachable: [], why: '' };
    cluster.refreshSlotsCache();
    const reasons = failed.map(({ master, failure }) => `${master} (${failure?.message})`);
    const what = reasons.length === 0 ? `${SLOTS - served} slots are served by no master` : reasons.join(', ');
    return { isWell: false, unreachable, why: `a part of Redis accepts no writes, so jobs in that part wait: ${what}` };
  }

  /** Null when the key could be written and read. */
  private async failureOf(client: RedisClient, key: string): Promise<Error | null> {
    const value = `${process.pid}-${performance.now()}`;
    const tried = client.set(key, value, 'EX', PROBE_TTL_SECONDS).then(() => client.get(key));
    return orTimeout(PROBE_TIMEOUT_MS, 'Redis', tried).then(
      // Another process writes the same key.
      (read) => (read === null ? new Error('the value that was written cannot be read back') : null),
      (error: Error) => error,
    );
  }

  private async assertOneServer(): Promise<void> {
    const info = await this.client?.info('cluster').catch(() => '');
    if (info === undefined || !isOfCluster(info)) return;
    this.endFor(
      new StartupError(
        `${this.watched.variable}: a cluster answers, but there was none at the start. This process ends; the ` +
          'next start uses the cluster.',
      ),
    );
  }
}

/** The watch of a separate Redis for pages of lists, where there is one. */
export class CacheRedisWatch extends RedisWatch {
  constructor({ url, cacheUrl, keyPrefix }: RedisSettings) {
    super({ url: cacheUrl === url ? null : cacheUrl, keyPrefix }, OF_CACHE);
  }
}

/** The slots of each master, as far as the client knows them. */
function slotsOf(cluster: Cluster): Map<string, Set<number>> {
  const slots = new Map<string, Set<number>>();
  cluster.slots.forEach(([master], slot) => {
    if (master === undefined) return;
    const owned = slots.get(master);
    if (owned === undefined) slots.set(master, new Set([slot]));
    else owned.add(slot);
  });
  return slots;
}

/** A key whose slot is one of these. */
function keyIn(slots: ReadonlySet<number>, beginning: string): string {
  for (let n = 0; n < MAX_PROBE_KEYS; n++) if (slots.has(keySlot(`${beginning}${n}`))) return `${beginning}${n}`;
  return beginning;
}
