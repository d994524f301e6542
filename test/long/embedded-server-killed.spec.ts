import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attachEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { readPidFile } from '../../src/platform/embedded-postgres/postmaster.js';
import { type Answer, Client } from '../support/client.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { deleteWhenAbandoned } from '../support/postgres-server.js';
import { runMain, ServiceProcess } from '../support/service-process.js';
import { SqlSession } from '../support/sql-session.js';
import { until } from '../support/wait-for.js';

const ACME = 'api-key-acme-agency';
/** The first of Acme's bank accounts; payouts to it succeed. */
const PAYS = '01890000-0000-7000-8000-0000000c0001';

let dataDir: string;
let cluster: string;
let environment: Record<string, string>;
let service: ServiceProcess;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'bahi-killed-'));
  chmodSync(dataDir, 0o755);
  deleteWhenAbandoned(dataDir);
  cluster = join(dataDir, 'postgres', 'cluster');
  environment = { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'fatal', PROCESSING_TIMEOUT_SECONDS: '1' };
  service = await ServiceProcess.start('start', { ...environment, PAYOUT_BANK_FAILURE_RATE: '0' });
});

afterEach(async () => {
  await service.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** How long the server's recovery may take on a slow machine. */
const RECOVERY_MS = 60_000;

const postmaster = (): number => readPidFile(cluster)!.pid;
const health = (): Promise<number> => documentedFetch(`${service.url}/health`).then(({ status }) => status);

/**
 * Repeats a request with the same key, as a client does that is asked to.
 * @returns the answers, the last one a success
 */
async function payOutUntilAccepted(client: Client, key: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  await until(
    `${key} is accepted`,
    async () => {
      answers.push(await client.post('/payouts', { amount_paise: 10_000, bank_account_id: PAYS }, { key }));
      return answers.at(-1)!.status < 300;
    },
    RECOVERY_MS,
  );
  return answers;
}

describe('the embedded PostgreSQL, killed under the running service', () => {
  it('is started again; requests in flight are asked to repeat, and repeating has one effect', async () => {
    const acme = new Client(service.url, ACME);
    const before = postmaster();
    let killed = false;
    const keys = Array.from({ length: 8 }, (_, i) => `caller ${i}`);
    const callers = keys.map(async (caller) => {
      const answers: Answer[] = [];
      // Some before the server is killed, some while it is down, some afterwards.
      for (let n = 0, after = 0; after < 5; n++) {
        answers.push(...(await payOutUntilAccepted(acme, `${caller}, payout ${n}`)));
        if (killed) after++;
      }
      return answers;
    });
    await until('payouts are made', async () => (await acme.get('/payouts')).body.results.length >= 10);
    process.kill(before, 'SIGKILL');
    await until('the server is another one', () => (readPidFile(cluster)?.pid ?? before) !== before);
    killed = true;
    const answers = (await Promise.all(callers)).flat();
    await until('the service is healthy', async () => (await health()) === 200, RECOVERY_MS);

    const refused = answers.filter(({ status }) => status >= 300);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ status, headers }) => `${status} ${headers.get('retry-after') !== null}`))).toEqual(
      new Set(['503 true']),
    );
    const accepted = answers.filter(({ status }) => status < 300).map(({ body }) => body.id as string);
    const psql = await SqlSession.at((await attachEmbeddedPostgres(dataDir))!.ownerUrl);
    const [row] = await psql.query<{ count: number }>('SELECT count(*)::integer AS count FROM payouts');
    expect([new Set(accepted).size, row!.count]).toEqual([accepted.length, accepted.length]);
    await until(
      'every payout is completed',
      async () => (await psql.query(`SELECT FROM payouts WHERE status <> 'completed' LIMIT 1`)).length === 0,
      60_000,
    );
    await psql.close();
    expect(await runMain('cli', ['verify'], environment)).toMatchObject({ code: 0 });
    expect(service.output).toMatch(/PostgreSQL ended while the service was running: starting it again …\n/);
    expect(await service.stop()).toBe(0);
    expect(readPidFile(cluster)).toBeNull();
  });

  it('ends the service with one clear line when it cannot be started again', async () => {
    const pid = postmaster();
    renameSync(join(cluster, 'global', 'pg_control'), join(dataDir, 'pg_control'));
    process.kill(pid, 'SIGKILL');
    expect(await service.exit()).toBe(1);
    const lines = service.output.split('\n').filter((line) => line.includes('cannot be started again'));
    expect(lines).toEqual([
      expect.stringMatching(/^PostgreSQL has ended and cannot be started again: .* \(its log: .*\)$/),
    ]);
    expect(service.output).not.toMatch(/\n {4}at /);
  });
});
