import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { checkRedis } from '../../src/platform/redis/redis-check.js';
import { isReady, openRedis, type RedisClient } from '../../src/platform/redis/redis.js';
import { Bahi } from '../support/bahi.js';
import { freePort } from '../../bench/free-port.js';
import { type OwnRedis, startOwnRedis } from '../support/redis-server.js';
import { tlsFile } from '../support/tls.js';
import { until } from '../support/wait-for.js';

const opened: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.stop();
});

async function aRedis(...args: string[]): Promise<OwnRedis> {
  const redis = await startOwnRedis(...args);
  opened.push(redis);
  return redis;
}

/** What a start logs. */
async function concerns(url: string): Promise<string[]> {
  const lines: string[] = [];
  await checkRedis('REDIS_URL', url, (line) => lines.push(line));
  return lines;
}

describe('the check of Redis before a start', () => {
  it('does not warn of one that evicts nothing', async () => {
    const redis = await aRedis('--maxmemory-policy', 'noeviction');
    expect(await concerns(redis.url)).toEqual([]);
  });

  it('warns of one that may forget jobs', async () => {
    const redis = await aRedis('--maxmemory-policy', 'allkeys-lru');
    expect(await concerns(redis.url)).toEqual([
      expect.stringMatching(/^REDIS_URL: Redis may drop jobs .* allkeys-lru.* set maxmemory-policy noeviction\.$/),
    ]);
  });

  it('warns of one that is unreachable, and lets the service start', async () => {
    expect(await concerns(`redis://127.0.0.1:${await freePort()}`)).toEqual([
      expect.stringMatching(/^REDIS_URL: Redis is unreachable\. Payouts are still accepted/),
    ]);
  });

  it('ends the start at one that refuses us, without showing the password', async () => {
    const redis = await aRedis();
    await redis.cli.config('SET', 'requirepass', 'secret');
    const withPassword = (password: string): string => redis.url.replace('redis://', `redis://:${password}@`);
    await expect(concerns(redis.url)).rejects.toThrow(/^REDIS_URL: Redis refuses the connection \(NOAUTH/);
    await expect(concerns(withPassword('hunter2'))).rejects.toThrow(
      /^REDIS_URL: Redis refuses the connection \(WRONGPASS/,
    );
    await expect(concerns(withPassword('hunter2'))).rejects.not.toThrow(/hunter2/);
    expect(await concerns(withPassword('secret'))).toEqual([]);
    expect(await concerns(`${withPassword('secret')}/3`)).toEqual([]);
    await expect(concerns(`${withPassword('secret')}/99`)).rejects.toThrow(/DB index is out of range/);
  });

  it('asks the same of a TLS endpoint, and does not take one whose certificate nobody knows', async () => {
    const port = await freePort();
    const files = ['--tls-cert-file', tlsFile('server.crt'), '--tls-key-file', tlsFile('server.key')];
    await aRedis(
      '--tls-port',
      `${port}`,
      ...files,
      '--tls-ca-cert-file',
      tlsFile('ca.crt'),
      '--tls-auth-clients',
      'no',
    );
    await expect(concerns(`rediss://127.0.0.1:${port}`)).rejects.toThrow(
      /^REDIS_URL: Redis refuses the connection \(.*certificate/,
    );
  });
});

/** @returns its port */
async function aTlsEndpoint(): Promise<number> {
  const port = await freePort();
  const files = ['--tls-cert-file', tlsFile('server.crt'), '--tls-key-file', tlsFile('server.key')];
  await aRedis('--tls-port', `${port}`, ...files, '--tls-ca-cert-file', tlsFile('ca.crt'), '--tls-auth-clients', 'no');
  return port;
}

describe('a TLS endpoint', () => {
  it('of a cluster that names its nodes by their IP addresses is as good as the certificate for the name that was set', async () => {
    const port = await freePort();
    const files = ['--tls-cert-file', tlsFile('server.crt'), '--tls-key-file', tlsFile('server.key')];
    const node = await aRedis(
      ...['--tls-port', `${port}`, '--tls-cluster', 'yes', ...files, '--tls-ca-cert-file', tlsFile('ca.crt')],
      ...['--tls-auth-clients', 'no'],
      ...['--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`, '--cluster-announce-ip', '127.0.0.1'],
    );
    await node.cli.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
    await node.cli.config('SET', 'requirepass', 'secret');
    const bahi = await Bahi.open();
    opened.push({ stop: () => bahi.close() });
    const acme = await bahi.aMerchant({ rupees: 100 });
    const environment = {
      REDIS_URL: `rediss://:secret@localhost:${port}`,
      NODE_EXTRA_CA_CERTS: tlsFile('ca.crt'),
    };
    const there = acme.at(await bahi.process('start', environment));
    const { id } = await there.aPayout(10);
    await there.until(id, 'completed');
    await until('the list is kept', async () => (await there.api.get('/payouts')).headers.get('x-cache') === 'HIT');
  });

  it('whose authority is known carries payouts and caches pages', async () => {
    const url = `rediss://localhost:${await aTlsEndpoint()}`;
    const bahi = await Bahi.open();
    opened.push({ stop: () => bahi.close() });
    const acme = await bahi.aMerchant({ rupees: 100 });
    const environment = { REDIS_URL: url, NODE_EXTRA_CA_CERTS: tlsFile('ca.crt') };
    const there = acme.at(await bahi.process('start', environment));
    const { id } = await there.aPayout(10);
    await there.until(id, 'completed');
    await until('the list is kept', async () => (await there.api.get('/payouts')).headers.get('x-cache') === 'HIT');
  });
});

describe('a connection', () => {
  let redis: OwnRedis;
  const clients: RedisClient[] = [];

  beforeAll(async () => {
    redis = await startOwnRedis();
  });

  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await redis.stop();
  });

  const connected = async (waitsForServer: boolean): Promise<RedisClient> => {
    const client = openRedis(redis.url, {
      name: 'test',
      waitsForServer,
      commandTimeoutMs: waitsForServer ? undefined : 1_000,
    });
    clients.push(client);
    await until('it stands', () => isReady(client));
    return client;
  };

  it('may wait until Redis is back; another one fails at once', async () => {
    const [waitingClient, failingClient] = [await connected(true), await connected(false)];
    await redis.kill();
    await until('it is noticed', () => !isReady(waitingClient) && !isReady(failingClient));
    const waiting = waitingClient.set('key', 'kept');
    await expect(failingClient.get('key')).rejects.toThrow("Stream isn't writeable");
    await redis.restart();
    await waiting;
    await until('it stands again', () => isReady(failingClient));
    expect(await failingClient.get('key')).toBe('kept');
  });

  const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

  it('that is ended under a waiting command leaves no timer behind', async () => {
    const client = await connected(true);
    const before = timers();
    const waiting = client.blpop('nothing', 0).catch(() => undefined);
    await until('it waits', () => timers() > before);
    client.disconnect();
    await waiting;
    await until('it has ended', () => client.status === 'end');
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('that is given up while Redis is away leaves no timer behind', async () => {
    const client = await connected(true);
    await redis.kill();
    await until('it waits before it connects again', () => client.status === 'reconnecting');
    const before = timers();
    client.disconnect();
    expect(timers()).toBe(before - 1);
    await redis.restart();
  });
});
