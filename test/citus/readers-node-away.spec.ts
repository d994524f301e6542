import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { nextId } from '../../src/shared/ids.js';
import { Bahi } from '../support/bahi.js';
import { createDistributedDatabase, describeOnCitus, nodeOf } from '../support/citus.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { EventStreamReader, type StreamRequest } from '../support/event-stream-reader.js';
import type { Merchant } from '../support/merchant.js';
import { PostgresProxy } from '../support/postgres-proxy.js';
import { redisEnvironment } from '../support/redis-server.js';
import { SqlSession } from '../support/sql-session.js';
import { until } from '../support/wait-for.js';

/** Enough for each node to have some. */
const MERCHANTS = 8;

/** A second or two, and as much again for a busy machine. */
const SOON_MS = 4_000;

/** A request to a node that hangs ends within some seconds. */
const BOUND_MS = 20_000;

const WAYS = ['refuses connections', 'takes connections and says nothing'] as const;

describeOnCitus('while a node is away, a reader', () => {
  const nodes: { readonly url: string; readonly proxy: PostgresProxy }[] = [];
  const readers: EventStreamReader[] = [];
  let bahi: Bahi;
  let node: PostgresProxy;
  /** A merchant on the node that is down, and one on another node. */
  let away: Merchant;
  let there: Merchant;
  /** A session on the node that is down, which does not use the proxy. */
  let behind: SqlSession;

  beforeAll(async () => {
    const createDatabase = () =>
      createDistributedDatabase(4, async (url) => {
        const proxy = await PostgresProxy.to(url);
        nodes.push({ url, proxy });
        return proxy.url;
      });
    bahi = await Bahi.open({ environment: redisEnvironment(), server: { createDatabase } });
    const merchants = await bahi.merchants(MERCHANTS, { rupees: 1_000 });
    node = nodes[0]!.proxy;
    behind = await SqlSession.at(nodes[0]!.url);
    const ports = await Promise.all(merchants.map(({ id }) => nodeOf(bahi.psql, id)));
    const isLost = (n: number): boolean => String(ports[n]) === new URL(node.url).port;
    away = merchants.find((_, n) => isLost(n))!;
    there = merchants.find((_, n) => !isLost(n))!;
    for (const merchant of [away, there]) await merchant.aPayout(1);
  }, 120_000);

  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.close();
    await comeBack();
  }, 60_000);

  afterAll(async () => {
    await behind?.close();
    await bahi?.close();
    await Promise.all(nodes.map(({ proxy }) => proxy.close()));
  });

  function goAway(how: (typeof WAYS)[number]): void {
    if (how === 'refuses connections') {
      node.refusing = true;
      node.cutAll();
    } else node.silent = true;
  }

  async function comeBack(): Promise<void> {
    const wasSilent = node.silent;
    node.refusing = node.silent = false;
    // What the proxy swallowed is lost, so its connections are cut.
    if (wasSilent) node.cutAll();
    await until('its merchants are served', async () => (await away.api.get('/balance')).status === 200, BOUND_MS);
  }

  async function follow(apiKey: string, asked: StreamRequest = {}): Promise<EventStreamReader> {
    const reader = await EventStreamReader.open(bahi.service.url, apiKey, asked);
    expect(reader.response.status).toBe(200);
    readers.push(reader);
    return reader;
  }

  const numbersOf = (reader: EventStreamReader, { id }: Merchant): number[] =>
    reader.events.filter(({ merchant_id }) => merchant_id === id).map(({ sequence }) => sequence);

  async function lastOf({ id }: Merchant): Promise<number> {
    const [row] = await bahi.psql.query<{ last: number }>(
      'SELECT max(sequence)::integer AS last FROM outbox WHERE merchant_id = $1',
      [id],
    );
    return row!.last;
  }

  /** Events that the node has committed for the merchant, and that nobody has seen yet. */
  async function commitUnseen({ id }: Merchant, sequences: readonly number[]): Promise<void> {
    const [shard] = await bahi.psql.query<{ name: string }>(
      `SELECT 'outbox_' || get_shard_id_for_distribution_column('outbox', $1::uuid) AS name`,
      [id],
    );
    for (const sequence of sequences)
      await behind.query(
        `INSERT INTO ${shard!.name} (merchant_id, id, type, payload, created_at, published_at, sequence, object_id, object)
         SELECT merchant_id, $2, type, payload, created_at, published_at, $3, object_id, object
         FROM ${shard!.name} WHERE merchant_id = $1 AND sequence = 1`,
        [id, nextId(Date.now()), sequence],
      );
  }

  it.each(WAYS)(
    'of everybody’s events gets those of the others soon, and the rest when it is back: the node %s',
    async (how) => {
      const stream = await follow(bahi.operatorKey);
      const [first, lost] = [await lastOf(there), await lastOf(away)];
      await Promise.all([away.aPayout(1), there.aPayout(1)]);
      await until('both have come', () =>
        [away, there].every((one, n) => numbersOf(stream, one).at(-1) === [lost, first][n]! + 1),
      );
      goAway(how);
      const wentAway = Date.now();
      await commitUnseen(away, [lost + 2, lost + 3]);

      for (const number of [first + 2, first + 3, first + 4]) {
        const start = performance.now();
        await there.aPayout(1);
        await until('it has come', () => numbersOf(stream, there).at(-1) === number);
        expect(performance.now() - start).toBeLessThan(SOON_MS);
      }
      // The id to continue from stays before the missing events, so a client that is cut off meanwhile misses nothing.
      expect(stream.ids.at(-1)).toBeLessThan(wentAway + SOON_MS);
      const again = await follow(bahi.operatorKey, { lastEventId: stream.ids.at(-1)! });
      await until('the others’ have come again', () => numbersOf(again, there).at(-1) === first + 4);
      expect(numbersOf(again, away)).toEqual([]);

      await comeBack();
      for (const reader of [stream, again]) {
        await until('what was missing has come', () => numbersOf(reader, away).at(-1) === lost + 3);
        expect(numbersOf(reader, away).filter((number) => number > lost)).toEqual([lost + 1, lost + 2, lost + 3]);
        expect(numbersOf(reader, there).filter((n) => n > first)).toEqual([first + 1, first + 2, first + 3, first + 4]);
      }
    },
    120_000,
  );

  it.each(WAYS)(
    'of one merchant’s events gets them soon, beside one whose node is away: the node %s',
    async (how) => {
      const [mine, others] = [await follow(there.apiKey), await follow(away.apiKey)];
      goAway(how);
      for (let n = 1; n <= 3; n++) {
        const start = performance.now();
        await there.aPayout(1);
        await until('it has come', () => mine.events.length === n);
        expect(performance.now() - start).toBeLessThan(SOON_MS);
      }
      await comeBack();
      await away.aPayout(1);
      await until('the other one has his', () => others.events.length === 1, BOUND_MS);
    },
    120_000,
  );

  it.each(WAYS)(
    'of files has those of the other merchants, and none that would leave merchants out: the node %s',
    async (how) => {
      const file = async (apiKey: string, path: string): Promise<[status: number, isFile: boolean]> => {
        const start = performance.now();
        const headers = { authorization: `Api-Key ${apiKey}` };
        const response = await documentedFetch(`${bahi.service.url}/api/v1/exports/${path}`, { headers });
        const text = await response.text();
        expect(performance.now() - start).toBeLessThan(BOUND_MS);
        return [response.status, text.split('\r\n').length > 1];
      };
      goAway(how);
      for (const path of ['payouts', 'payments', 'ledger?account=all', 'daily?from=2026-01-01&to=2026-01-02'])
        expect([path, ...(await file(there.apiKey, path))]).toEqual([path, 200, true]);
      for (const path of ['payouts', 'payouts?status=pending', 'payments', 'refunds'])
        expect([path, ...(await file(bahi.operatorKey, path))]).toEqual([path, 503, false]);
      for (const path of ['payouts', 'ledger?account=all'])
        expect([path, ...(await file(away.apiKey, path))]).toEqual([path, expect.any(Number), false]);
      await comeBack();
      for (const apiKey of [away.apiKey, bahi.operatorKey]) expect(await file(apiKey, 'payouts')).toEqual([200, true]);
    },
    120_000,
  );

  it.each(WAYS)(
    'of metrics gets what lies elsewhere, and how many figures are missing: the node %s',
    async (how) => {
      const scraped = async (): Promise<{ readonly names: ReadonlySet<string>; readonly missing: number }> => {
        const start = performance.now();
        const response = await documentedFetch(`${bahi.service.url}/metrics`);
        const text = await response.text();
        expect([response.status, performance.now() - start < BOUND_MS]).toEqual([200, true]);
        const names = new Set([...text.matchAll(/^(bahi_\w+)/gm)].map(([, name]) => name!));
        return { names, missing: Number(/^bahi_figures_missing (\d+)$/m.exec(text)![1]) };
      };
      const isWhole = async (): Promise<boolean> => (await scraped()).missing === 0;
      await until('all are there', isWhole);
      const { names: all } = await scraped();
      goAway(how);
      await until('what needs the node is missing', async () => !(await isWhole()));
      const { names, missing } = await scraped();
      const lost = [...all].filter((name) => !names.has(name));
      expect(lost).toEqual(expect.arrayContaining(['bahi_payouts_open', 'bahi_outbox_backlog_events']));
      // Some of the missing figures had no value before, so no name of theirs is lost.
      expect(missing).toBeGreaterThanOrEqual(lost.length);
      await comeBack();
      await until('all are there again', isWhole);
      expect((await scraped()).names).toEqual(all);
    },
    120_000,
  );

  it.each(WAYS)(
    'of a comparison with the bank hears that it is not whole: the node %s',
    async (how) => {
      const compare = () => bahi.command('compare', '--with-bank');
      goAway(how);
      const { code, stdout, stderr } = await compare();
      const [, second, ...more] = stdout.trim().split('\n');
      expect([code, stderr, more]).toEqual([2, '', []]);
      expect(second).toMatch(/^Interrupted: .*\bnode\b.* Run it again\.$/);
      await comeBack();
      expect(await compare()).toMatchObject({ code: 0, stdout: expect.stringMatching(/No differences\./) });
    },
    120_000,
  );
});
