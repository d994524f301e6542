import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../src/platform/database/connections/database.js';
import { withHostsAsParameters } from '../../src/platform/database/servers/hosts.js';
import { PrimaryServer, type TimelineChange } from '../../src/platform/database/servers/primary-server.js';
import { replicaWarnings } from '../../src/platform/database/servers/replicas.js';
import { FileMemory } from '../../src/platform/database/servers/server-memory.js';
import { ReplicatedPair } from '../support/replicated-server.js';
import { until } from '../support/wait-for.js';

const NOT_RUN = 'not run: failover, for this machine has no PostgreSQL of its own (apt: postgresql-15)\n';

let pair: ReplicatedPair | null = null;
const folder = mkdtempSync(join(tmpdir(), 'bahi-test-timelines-'));
const open: Database[] = [];

afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
  await pair?.stop();
  pair = null;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A process's view of the servers; all processes share one file. */
function aProcess(file: string, noted: TimelineChange[] = []) {
  const primary = new PrimaryServer(
    [new FileMemory(join(folder, file))],
    async (_sql, change) => void noted.push(change),
  );
  const url = withHostsAsParameters(pair!.both(pair!.primary.superuserUrl));
  const database = new Database(url, 2, false, undefined, primary);
  open.push(database);
  return { primary, database };
}

const portOf = async (database: Database): Promise<number> =>
  (await database.query<{ port: number }>(`SELECT current_setting('port')::int AS port`))[0]!.port;

describe('an address with two hosts', () => {
  it('leads to the one that takes writes, and to the other one when that is promoted', async () => {
    pair = await ReplicatedPair.start({ synchronous: true });
    if (pair === null) return void process.stderr.write(NOT_RUN);
    const noted: TimelineChange[] = [];
    const { database } = aProcess('one', noted);
    expect(await portOf(database)).toBe(pair.primary.port);
    await pair.primary.kill();
    await expect(portOf(database)).rejects.toThrow(/terminat|takes no writes/);
    // The replica is up and in recovery: nobody may read stale data there, or be told that something was written.
    await until('the replica is refused', () =>
      portOf(database).then(
        () => Promise.reject(new Error('the replica was used')),
        (error: Error) => error.message.includes(`${pair!.replica.port} takes no writes`),
      ),
    );
    await pair.replica.promote();
    await until('the replica is used', () =>
      portOf(database).then(
        (port) => port === pair!.replica.port,
        () => false,
      ),
    );
    expect(noted.length).toBeGreaterThan(0);
    expect(noted[0]).toMatchObject({ from: 1, to: 2, wasSynchronous: true });
    // The old primary comes back and accepts writes.
    await pair.primary.start();
    // A process that has seen nothing does not use it either, while the other server is up.
    for (const each of [database, aProcess('one').database, aProcess('two').database])
      expect(await portOf(each)).toBe(pair.replica.port);
    // Alone, the old primary is no longer used, neither by a process that saw the promotion nor by one that learns of
    // it from the file.
    await pair.replica.kill();
    for (const each of [database, aProcess('one').database])
      await expect(
        until('it answers', () =>
          portOf(each).then(
            () => true,
            (error: Error) => {
              if (/is behind/.test(error.message)) throw error;
              return false;
            },
          ),
        ),
      ).rejects.toThrow(/is behind: its timeline is 1, but 2 has been seen/);
  }, 120_000);
});

describe('the start', () => {
  it('warns of a replica that no commit waits for, and of replicas that nothing tells apart', async () => {
    pair = await ReplicatedPair.start({ synchronous: false });
    if (pair === null) return void process.stderr.write(NOT_RUN);
    const database = new Database((await pair.createDatabase()).appUrl, 1);
    open.push(database);
    const warnings = async (url: string, remembers: boolean): Promise<string[]> =>
      (await replicaWarnings(database, { url }, remembers)).map(
        (line) => /(no commit waits|nothing outside it records)/.exec(line)![1]!,
      );
    const [one, both] = ['postgres://db/bahi', 'postgres://db/bahi?host=a,b'];
    expect(await warnings(one, true)).toEqual(['no commit waits']);
    expect(await warnings(one, false)).toEqual(['no commit waits', 'nothing outside it records']);
    await pair.primary.query(`ALTER SYSTEM SET synchronous_standby_names = '*'`);
    await pair.primary.query('SELECT pg_reload_conf()');
    await until('it is read', async () => (await warnings(one, true)).length === 0);
    expect(await warnings(both, false)).toEqual(['nothing outside it records']);
    expect(await warnings(both, true)).toEqual([]);
  }, 120_000);
});
