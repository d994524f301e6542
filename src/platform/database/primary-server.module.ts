import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { openRedis, type RedisClient } from '../redis/redis.js';
import { RedisSettings } from '../redis/redis.settings.js';
import { DatabaseSettings } from './database.settings.js';
import { noteFailover } from './watches/failovers.js';
import { NodeServers } from './servers/node-servers.js';
import { PrimaryServer } from './servers/primary-server.js';
import { FileMemory, RedisMemory, type ServerMemory } from './servers/server-memory.js';

/** Short, because new connections to the database wait for it. */
const MEMORY_TIMEOUT_MS = 500;

/** The Redis connection of the memories, which is closed at the end. */
const REDIS = Symbol('redis of the server memory');

/** Where the highest timelines are kept: in Redis if there is one, and in a file if one is configured. */
function memoriesOf(
  { timelineFile, embedded }: DatabaseSettings,
  { keyPrefix }: RedisSettings,
  redis: RedisClient | null,
): { readonly server: ServerMemory[]; readonly ofNode: (group: number) => ServerMemory[] } {
  const memories = (what: string, whose?: string): ServerMemory[] => {
    // The embedded server has no replicas.
    if (embedded) return [];
    return [
      ...(redis === null ? [] : [new RedisMemory(redis, `{${keyPrefix}}:database-${what}`, whose)]),
      ...(timelineFile === null
        ? []
        : [new FileMemory(what === 'server' ? timelineFile : `${timelineFile}-${what}`, whose)]),
    ];
  };
  return { server: memories('server'), ofNode: (group) => memories('nodes', `node ${group} `) };
}

function openMemoryRedis({ url }: RedisSettings): RedisClient | null {
  return url === null
    ? null
    : openRedis(url, { name: 'bahi-servers', waitsForServer: false, commandTimeoutMs: MEMORY_TIMEOUT_MS });
}

/**
 * For a database that was moved to another cluster on purpose, while no process runs.
 * @throws when it cannot be written
 */
export async function forgetServer(config: Config): Promise<void> {
  const redisSettings = config.get(RedisSettings);
  const redis = openMemoryRedis(redisSettings);
  try {
    const { server, ofNode } = memoriesOf(config.get(DatabaseSettings), redisSettings, redis);
    // Those of all nodes lie in one place.
    for (const memory of [...server, ...ofNode(0)]) await memory.forget();
  } finally {
    redis?.disconnect();
  }
}

/** Separate from the pools, because all of them use it. */
@Global()
@Module({
  providers: [
    { provide: REDIS, inject: [RedisSettings], useFactory: openMemoryRedis },
    {
      provide: PrimaryServer,
      inject: [DatabaseSettings, RedisSettings, REDIS],
      useFactory: (settings: DatabaseSettings, redisSettings: RedisSettings, redis: RedisClient | null) =>
        new PrimaryServer(memoriesOf(settings, redisSettings, redis).server, noteFailover),
    },
    {
      provide: NodeServers,
      inject: [DatabaseSettings, RedisSettings, REDIS, PrimaryServer],
      useFactory: (
        settings: DatabaseSettings,
        redisSettings: RedisSettings,
        redis: RedisClient | null,
        primary: PrimaryServer,
      ) => new NodeServers(memoriesOf(settings, redisSettings, redis).ofNode, noteFailover, primary),
    },
  ],
  exports: [PrimaryServer, NodeServers],
})
export class PrimaryServerModule implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: RedisClient | null) {}

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}
