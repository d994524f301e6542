import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LedgerArchive } from '../../src/modules/ledger/domain/ledger-archive.js';
import { Database, template } from '../../src/platform/database/database.public.js';
import { Bahi } from '../support/bahi.js';
import { createDatabaseBehind, describeOnCitus, nodeOf } from '../support/citus.js';
import type { Json } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';
import type { PostgresProxy } from '../support/postgres-proxy.js';
import { redisEnvironment } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

/** Enough for each node to have some without a payout, and one more. */
const MERCHANTS = 12;

describeOnCitus('verify, while a node is away', () => {
  const proxies: PostgresProxy[] = [];
  let bahi: Bahi;
  let folder: string;
  let file: string;
  /** One merchant on each node; both have a payout with the same UTR. */
  let first: Merchant;
  let second: Merchant;
  /** Merchants on the second node without a payout: nothing of theirs is searched for in other books. */
  let quiet: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bahi-verify-'));
    file = join(folder, 'point');
    bahi = await Bahi.open({
      worker: true,
      environment: redisEnvironment(),
      server: { createDatabase: () => createDatabaseBehind(proxies) },
    });
    const merchants = await bahi.merchants(MERCHANTS, { rupees: 1_000 });
    const ports = await Promise.all(merchants.map(({ id }) => nodeOf(bahi.psql, id)));
    const on = (proxy: PostgresProxy): Merchant[] =>
      merchants.filter((_, i) => String(ports[i]) === new URL(proxy.url).port);
    [[first], [second]] = proxies.map(on) as [[Merchant], [Merchant]];
    quiet = on(proxies[1]!)
      .slice(1)
      .map(({ id }) => id);
    expect(quiet).not.toEqual([]);
    for (const merchant of [first, second]) {
      // As a bank may do: both transfers get the same UTR.
      await bahi.psql.query(`SELECT setval('bank_simulator.utr_numbers', 900000)`);
      await merchant.until((await merchant.aPayout(10)).id, 'completed');
    }
  }, 120_000);

  afterAll(async () => {
    await bahi?.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
    rmSync(folder, { recursive: true });
  });

  function leaves(proxy: PostgresProxy): void {
    proxy.refusing = true;
    proxy.cutAll();
  }

  const findings = async ({ id }: Merchant): Promise<Json[]> =>
    (await bahi.asOperator().get(`/findings?merchant_id=${id}`)).body.results as Json[];

  const verification = async ({ api }: Merchant): Promise<Json> => (await api.get('/ledger/verification')).body;

  const notRead = (stdout: string): string[] => stdout.match(/(?<=^NOT READ: )\S+ [^\s,]+/gm) ?? [];

  it('keeps what rests on books that it cannot read, and says that the book was compared in part', async () => {
    expect(await bahi.command('verify')).toMatchObject({ code: 1, stdout: expect.stringContaining('2 findings.') });
    const [found, before] = [await findings(second), await verification(second)];
    expect(found).toMatchObject([{ code: 'UTR_REUSED' }]);
    expect(before).toMatchObject({ status: 'wrong', findings: 1 });

    leaves(proxies[0]!);
    const { code, stdout } = await bahi.command('verify', '--resume', file);
    expect([code, stdout]).toEqual([3, expect.stringMatching(/ books verified, nothing wrong\.\n$/)]);
    expect(stdout).toMatch(new RegExp(`^${second.id} .*: not compared with all books, else ok$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${quiet[0]} .*: ok$`, 'm'));
    expect(notRead(stdout)).toEqual([`node ${new URL(proxies[0]!.url).host}`]);

    expect(await findings(second)).toEqual(found);
    expect(await verification(second)).toEqual(before);
    const [run] = (await bahi.asOperator().get('/verify-runs')).body.results as Json[];
    expect(run).toMatchObject({ status: 'unfinished', partly_read_books: 1 });
  }, 60_000);

  it('says of one book that it is not read', async () => {
    const { code, stdout } = await bahi.command('verify', '--merchant', first.id);
    expect([code, notRead(stdout)]).toEqual([3, [`book ${first.id}`]]);
    expect(stdout).toMatch(/^0 books verified, nothing wrong\.$/m);
    expect((await bahi.command('verify', '--merchant', quiet[0]!)).code).toBe(0);
  }, 60_000);

  it('goes on while another node is away, whose heads it cannot compare, and in the end reads again what it read in part', async () => {
    proxies[0]!.refusing = false;
    leaves(proxies[1]!);
    const other = await bahi.command('verify', '--resume', file);
    expect([other.code, notRead(other.stdout).sort()]).toEqual([
      3,
      [...quiet.map((id) => `book ${id}`), `node ${new URL(proxies[1]!.url).host}`].sort(),
    ]);
    expect(other.stdout).not.toContain(`${second.id} `);

    proxies[1]!.refusing = false;
    const found = await findings(second);
    const last = await bahi.command('verify', '--resume', file);
    expect(last).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`${MERCHANTS} books verified, 2 findings.`),
    });
    expect(existsSync(file)).toBe(false);
    expect(await findings(second)).toMatchObject(found.map(({ id, first_found_at }) => ({ id, first_found_at })));
  }, 60_000);

  it('takes nothing for a node that is away but one that does not answer', async () => {
    const archive = bahi.service.get(LedgerArchive);
    const search = { unreachable: new Map<string, string>() };
    for (const code of ['57014', '08006']) {
      const failure = Object.assign(new Error('too slow, or lost'), { code });
      const work = (): Promise<never> => Promise.reject(failure);
      await expect(archive.snapshot(first.id, work, search)).rejects.toBe(failure);
    }
    const { placement } = bahi.service.get(Database);
    await expect(placement.search(template`SELECT 1 / 0 AS id`, [], search)).rejects.toThrow(/division by zero/);
    expect([...search.unreachable]).toEqual([]);
  });

  it('asks a node that has not answered nothing more', async () => {
    leaves(proxies[0]!);
    const archive = bahi.service.get(LedgerArchive);
    const skipped: string[] = [];
    const search = {
      unreachable: await archive.unreachableNodes(),
      skipped: (what: string) => void skipped.push(what),
    };
    expect([...search.unreachable.keys()]).toEqual([new URL(proxies[0]!.url).host]);
    // The node is back, so a request to it would be answered.
    proxies[0]!.refusing = false;
    const ids: string[] = [];
    for await (const id of archive.merchantIds(search)) ids.push(id);
    expect([ids.includes(first.id), ids.includes(second.id)]).toEqual([false, true]);
    await expect(archive.snapshot(first.id, () => Promise.resolve(), search)).rejects.toThrow(
      `book ${first.id}, on node`,
    );
    expect(skipped).toEqual([expect.stringContaining(new URL(proxies[0]!.url).host)]);
  });

  it('a start gives each node that answers the rights that it lacks', async () => {
    const onNodes = (command: string): Promise<{ result: string }[]> =>
      bahi.psql.query('SELECT result FROM run_command_on_workers($1) ORDER BY nodeport', [command]);
    await onNodes('REVOKE USAGE ON SCHEMA public FROM bahi_app');
    await bahi.process('start');
    await until('they have it', async () => {
      const rights = await onNodes(`SELECT has_schema_privilege('bahi_app', 'public', 'USAGE')`);
      return rights.every(({ result }) => result === 't');
    });
  }, 60_000);
});
