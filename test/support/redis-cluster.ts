import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import type { Bahi } from './bahi.js';
import { documentedFetch } from './documented-fetch.js';
import { commandOrInstall } from './install.js';
import { freePort } from '../../bench/free-port.js';
import { type OwnRedis, startOwnRedis, startWith } from './redis-server.js';
import { until } from './wait-for.js';

const run = promisify(execFile);

/** Three masters that share the slots: the smallest number that puts keys on different nodes. */
const MASTERS = 3;

/** A master that is silent for this long is considered dead. */
const NODE_TIMEOUT_MS = 1_500;

/** A cluster that a test may damage. */
export interface OwnCluster {
  /** All nodes, separated by commas. */
  readonly url: string;
  readonly nodes: readonly OwnRedis[];
  /** The nodes that serve slots now. */
  masters(): Promise<OwnRedis[]>;
  /** The master that holds this key. */
  masterOf(key: string): Promise<OwnRedis>;
  /** Moves slots with their keys, as an operator does. */
  reshard(from: OwnRedis, to: OwnRedis, slots: number): Promise<void>;
  /** Waits until every node that answers says that all slots are served. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

/** @param replicas of each master. @param args more options of redis-server */
export async function startOwnCluster({ replicas = 0, args = [] as string[] } = {}): Promise<OwnCluster> {
  const nodes = await Promise.all(
    Array.from({ length: MASTERS * (1 + replicas) }, async () =>
      startOwnRedis(
        ...['--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`],
        ...['--cluster-node-timeout', `${NODE_TIMEOUT_MS}`, '--repl-diskless-sync-delay', '0', ...args],
      ),
    ),
  );
  const cluster = new TestCluster(nodes);
  await cluster.cli('create', ...nodes.map(addressOf), '--cluster-replicas', `${replicas}`);
  await cluster.whole();
  // A replica that has never been in sync does not stand for election.
  for (const { cli } of nodes)
    await until('its replicas follow', async () => {
      const info = await cli.info('replication');
      return replicas === 0 || /master_link_status:up|connected_slaves:1/.test(info);
    });
  return cluster;
}

class TestCluster implements OwnCluster {
  private readonly program = commandOrInstall(['redis-cli', 'valkey-cli'], { apt: 'redis-tools', brew: 'redis' });

  constructor(readonly nodes: readonly OwnRedis[]) {}

  get url(): string {
    return this.nodes.map(({ url }) => url).join(',');
  }

  async masters(): Promise<OwnRedis[]> {
    const known = await this.known();
    return this.nodes.filter((node) => known.some((line) => line.includes(addressOf(node)) && isMaster(line)));
  }

  async masterOf(key: string): Promise<OwnRedis> {
    const [node] = await this.answering();
    const slot = Number(await node!.cli.call('CLUSTER', 'KEYSLOT', key));
    const ranges = (await node!.cli.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
    const port = ranges.find(([first, last]) => first <= slot && slot <= last)?.[2][1];
    return this.nodes.find((other) => other.port === port)!;
  }

  async reshard(from: OwnRedis, to: OwnRedis, slots: number): Promise<void> {
    const ids = await Promise.all([from, to].map((node) => node.cli.call('CLUSTER', 'MYID')));
    const which = ['--cluster-from', String(ids[0]), '--cluster-to', String(ids[1]), '--cluster-slots', `${slots}`];
    await this.cli('reshard', addressOf(from), ...which);
  }

  async whole(): Promise<void> {
    await until('all nodes serve all slots', async () => {
      const infos = await Promise.all((await this.answering()).map((node) => node.cli.call('CLUSTER', 'INFO')));
      const isWhole = (info: string): boolean =>
        info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${this.nodes.length}`);
      return infos.every((info) => isWhole(String(info)));
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  async cli(...args: string[]): Promise<void> {
    await run(this.program, ['--cluster', ...args, '--cluster-yes']);
  }

  /** What one of the nodes knows about all of them. */
  private async known(): Promise<string[]> {
    const [node] = await this.answering();
    return String(await node!.cli.call('CLUSTER', 'NODES')).split('\n');
  }

  private async answering(): Promise<OwnRedis[]> {
    const answers = await Promise.all(
      this.nodes.map((node) =>
        node.cli.ping().then(
          () => true,
          () => false,
        ),
      ),
    );
    return this.nodes.filter((_, n) => answers[n]);
  }
}

function isMaster(line: string): boolean {
  return /master/.test(line) && !/fail/.test(line) && / connected \d/.test(line);
}

const addressOf = ({ port }: OwnRedis): string => `127.0.0.1:${port}`;

/** A master, its replica, and three sentinels that fail over from one to the other. */
export interface OwnSentinels {
  /** The name by which the sentinels know the master. */
  readonly url: string;
  /** The first is the master. */
  readonly servers: readonly [OwnRedis, OwnRedis];
  stop(): Promise<void>;
}

/** @param args more options of the master and its replica */
export async function startOwnSentinels(...args: string[]): Promise<OwnSentinels> {
  const master = await startOwnRedis(...args);
  const replica = await startOwnRedis(...args, '--replicaof', '127.0.0.1', `${master.port}`);
  await until('the replica follows', async () => (await replica.cli.info('replication')).includes('link_status:up'));
  const sentinels = await Promise.all(
    [1, 2, 3].map(() =>
      startWith((port, folder) => {
        const file = join(folder, 'sentinel.conf');
        const lines = [
          `port ${port}`,
          'bind 127.0.0.1',
          `dir ${folder}`,
          `sentinel monitor payouts-redis 127.0.0.1 ${master.port} 2`,
          `sentinel down-after-milliseconds payouts-redis ${NODE_TIMEOUT_MS}`,
          'sentinel failover-timeout payouts-redis 5000',
        ];
        writeFileSync(file, `${lines.join('\n')}\n`);
        return [file, '--sentinel'];
      }),
    ),
  );
  for (const { cli } of sentinels)
    await until('the sentinels know each other and the replica', async () => {
      const known = String(await cli.call('INFO', 'sentinel'));
      return /slaves=1,sentinels=3/.test(known);
    });
  return {
    url: `redis+sentinel://${sentinels.map(addressOf).join(',')}/payouts-redis`,
    servers: [master, replica],
    stop: async () => {
      await Promise.all([...sentinels, replica, master].map((server) => server.stop()));
    },
  };
}

export async function healthOf({ service }: Bahi): Promise<Record<string, unknown>> {
  return (await (await documentedFetch(`${service.url}/health`)).json()) as Record<string, unknown>;
}

/** Whether every master answers the service. */
export async function isWell(bahi: Bahi): Promise<boolean> {
  const { redis, redis_unreachable } = await healthOf(bahi);
  return redis === true && isDeepStrictEqual(redis_unreachable, []);
}
