import { afterAll, describe, expect, it } from '@jest/globals';
import { RedisMemory } from '../../src/platform/database/servers/server-memory.js';
import { openRedis } from '../../src/platform/redis/redis.js';
import { redisEnvironment } from '../support/redis-server.js';

const { REDIS_URL, REDIS_KEY_PREFIX } = redisEnvironment();
const clients = [0, 1].map(() => openRedis(REDIS_URL, { name: 'bahi-test', waitsForServer: false }));
const at = (timeline: number, synchronous = true) => ({ systemIdentifier: '7', timeline, synchronous });

afterAll(() => clients.forEach((client) => client.disconnect()));

describe('the timelines in Redis', () => {
  it('have a highest one, whoever wrote last, and how it stood at last', async () => {
    const [one, another] = clients.map((client) => new RedisMemory(client, `{${REDIS_KEY_PREFIX}}:server`)) as [
      RedisMemory,
      RedisMemory,
    ];
    // At once, before there is a connection.
    expect(await one.recall()).toBeNull();
    await one.note(at(1));
    await another.note(at(2, false));
    await one.note(at(1, false));
    expect(await one.recall()).toEqual(at(2, false));
    await another.note(at(2));
    expect(await one.recall()).toEqual(at(2));
    await one.forget();
    expect(await another.recall()).toBeNull();
  });

  it('say that they are not there when Redis is not', async () => {
    const nowhere = openRedis('redis://127.0.0.1:1', { name: 'bahi-test', waitsForServer: false });
    clients.push(nowhere);
    await expect(new RedisMemory(nowhere, 'server').recall()).rejects.toThrow('Redis is away');
  });
});
