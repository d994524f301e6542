import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { checkRedis } from '../../src/platform/redis/redis-check.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { Bahi } from '../support/bahi.js';
import { healthOf, isWell, type OwnCluster, startOwnCluster } from '../support/redis-cluster.js';
import { freePort } from '../../bench/free-port.js';
import { startOwnRedis } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

let cluster: OwnCluster;
const opened: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  cluster = await startOwnCluster();
});

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

afterAll(() => cluster.stop());

async function aBahi(options: Parameters<typeof Bahi.open>[0] = {}): Promise<Bahi> {
  const bahi = await Bahi.open(options);
  opened.push(bahi);
  return bahi;
}

/** The address that the service then uses, and what it logs. */
async function checked(url: string): Promise<{ url: string; lines: string[] }> {
  const lines: string[] = [];
  return { url: await checkRedis('REDIS_URL', url, (line) => lines.push(line)), lines };
}

describe('the check of Redis before a start', () => {
  it('recognises a cluster by one of its addresses, and takes several as they are', async () => {
    const one = cluster.nodes[1]!.url;
    expect(await checked(one)).toEqual({ url: one.replace('redis:', 'redis+cluster:'), lines: [] });
    expect(await checked(cluster.url)).toEqual({ url: cluster.url, lines: [] });
  });

  it('recognises one that keeps INFO from this user', async () => {
    const { cli, url } = cluster.nodes[0]!;
    await cli.call('ACL', 'SETUSER', 'careful', 'on', '>secret', '~*', '+@all', '-info');
    const address = url.replace('redis://', 'redis://careful:secret@');
    expect((await checked(address)).url).toBe(address.replace('redis:', 'redis+cluster:'));
  });

  it('warns of each master that may forget jobs', async () => {
    await cluster.nodes[2]!.cli.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const { lines } = await checked(cluster.url);
    await cluster.nodes[2]!.cli.config('SET', 'maxmemory-policy', 'noeviction');
    expect(lines).toEqual([expect.stringContaining('maxmemory-policy allkeys-lru')]);
  });

  it('ends the start with one line where something else answers than the address says', async () => {
    const server = await startOwnRedis();
    opened.push({ close: () => server.stop() });
    await expect(checked(`${cluster.nodes[0]!.url}/2`)).rejects.toThrow(
      /^REDIS_URL: Redis refuses the connection \(ERR SELECT/,
    );
    await expect(checked(server.url.replace('redis:', 'redis+cluster:'))).rejects.toThrow(
      /^REDIS_URL: names a cluster, but a single server answers: name one address\.$/,
    );
  });
});

describe('one address of a cluster', () => {
  it('is enough: payments come in, payouts go out, pages are kept, and the queues are shown', async () => {
    const bahi = await aBahi({ environment: { REDIS_URL: cluster.nodes[0]!.url } });
    const merchants = await bahi.merchants(6, { rupees: 100 });
    const service = await bahi.process('api');
    await bahi.process('worker');

    for (const merchant of merchants) {
      const there = merchant.at(service);
      const { id } = await there.aPayout(10);
      await there.until(id, 'completed');
      await until('the list is kept, and shows it', async () => {
        const list = await there.api.get('/payouts');
        return list.headers.get('x-cache') === 'HIT' && list.body.results[0].status === 'completed';
      });
    }
    const { results } = (await bahi.asOperator(service).get('/queues')).body;
    expect(results).toEqual(['payouts', 'payments'].map((name) => ({ name, backend: 'redis', waiting: 0, active: 0 })));
    expect(await bahi.findings()).toEqual([]);
  });

  it('that was unreachable at the start, and then is a cluster, ends the process, and the next start takes it', async () => {
    const server = await startOwnRedis('--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`);
    opened.push({ close: () => server.stop() });
    await server.cli.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
    await server.kill();
    const bahi = await aBahi({ environment: { REDIS_URL: server.url } });
    const service = await bahi.process('start');
    await server.restart();
    expect(await service.exit()).toBe(1);
    expect(service.output).toContain('REDIS_URL: a cluster answers, but there was none at the start.');
    expect((await documentedFetch(`${(await bahi.process('start')).url}/health`)).status).toBe(200);
  });
});

describe('over a cluster', () => {
  it('one merchant’s requests are limited through all processes', async () => {
    const environment = {
      REDIS_URL: cluster.url,
      RATE_LIMIT_READS_PER_SECOND: '40',
      RATE_LIMIT_KEY_READS_PER_SECOND: '40',
    };
    const bahi = await aBahi({ environment });
    const acme = await bahi.aMerchant();
    const services = [bahi.service, await bahi.serve({ environment })];
    await until('both refuse what the other has admitted', async () => {
      const asked = services.flatMap((service) =>
        Array.from({ length: 40 }, () => acme.at(service).api.get('/payouts?limit=1')),
      );
      const admitted = (await Promise.all(asked)).filter(({ status }) => status === 200).length;
      // Each alone would admit 40.
      return admitted > 0 && admitted < 60;
    });
  });
});

describe('the health of a service on a cluster', () => {
  it('names the master that does not answer, within two seconds, until it is back', async () => {
    const bahi = await aBahi({ environment: { REDIS_URL: cluster.url } });
    await until('all is well', () => isWell(bahi));

    const [victim] = await cluster.masters();
    // On a busy machine a living master may answer late and be named too.
    const named = expect.arrayContaining([`127.0.0.1:${victim!.port}`]);
    victim!.freeze();
    // Perhaps no process has noticed yet, except one that asks that master.
    expect(await healthOf(bahi)).toMatchObject({
      status: 'degraded',
      database: true,
      redis: false,
      redis_unreachable: named,
    });
    victim!.thaw();
    await until('it is back', () => isWell(bahi));

    await victim!.kill();
    for (let looks = 0; looks < 3; looks++)
      expect(await healthOf(bahi)).toMatchObject({ redis: false, redis_unreachable: named });
    await victim!.restart();
    await until('it is back', () => isWell(bahi));
  });
});
