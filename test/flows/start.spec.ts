import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attachEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { Client } from '../support/client.js';
import { deleteWhenAbandoned } from '../support/postgres-server.js';
import { type Ended, interruptMain, runMain, ServiceProcess } from '../support/service-process.js';
import { until } from '../support/wait-for.js';

/** What a new user has: a folder and a free port. */
let dataDir: string;
let here: Record<string, string>;

const ACME = 'api-key-acme-agency';
/** The first of Acme's bank accounts; payouts to it succeed. */
const PAYS = '01890000-0000-7000-8000-0000000c0001';
/** The bank pays and the answer is lost: a service that is killed while it waits has something to recover. */
const ANSWER_LOST = '01890000-0000-7000-8000-0000000a0001';

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'bahi-start-'));
  chmodSync(dataDir, 0o755);
  deleteWhenAbandoned(dataDir);
  here = { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'fatal', PROCESSING_TIMEOUT_SECONDS: '1' };
});

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const start = (): Promise<ServiceProcess> => ServiceProcess.start('start', here);
const bahi = (...args: string[]): Promise<Ended> => runMain('cli', args, here);

/** A command that calls a service which never answers, interrupted by Ctrl-C while it waits. */
async function brokenOff(...args: string[]): Promise<Ended> {
  const { url, called, close } = await silentService();
  return interruptMain('cli', [...args, url], here, called).finally(close);
}

/** Accepts connections, and never answers. */
async function silentService() {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const called = new Promise((resolve) => silent.once('connection', resolve));
  return { url: `http://127.0.0.1:${port}`, called, close: () => void silent.close() };
}

async function payOut(client: Client, bankAccountId: string, key: string): Promise<string> {
  const body = { amount_paise: 10_000, bank_account_id: bankAccountId };
  return ((await client.post('/payouts', body, { key })).body as { id: string }).id;
}

function untilCompleted(client: Client, id: string): Promise<void> {
  return until(
    `payout ${id} is completed`,
    async () => (await client.get(`/payouts/${id}`)).body.status === 'completed',
  );
}

/** One line that a person can act on, and nothing else. */
function expectOneLine({ code, stderr }: Ended, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(1);
}

describe('a start in an empty folder', () => {
  it('serves the demo, pays out, and ends with exit code 0, its PostgreSQL with it', async () => {
    const service = await start();
    const acme = new Client(service.url, ACME);

    const id = await payOut(acme, PAYS, 'first');
    await untilCompleted(acme, id);
    // eslint-disable-next-line no-restricted-globals -- a page for people
    const page = await fetch(`${service.url}/`);
    const files = [...(await page.text()).matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path!);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(files.length).toBeGreaterThan(2);
    for (const path of [...files, '/docs', '/docs-json', '/health', '/problems'])
      // eslint-disable-next-line no-restricted-globals -- pages for people are among them
      expect([path, (await fetch(`${service.url}${path}`)).status]).toEqual([path, 200]);

    expect((await acme.get('/me')).body).toMatchObject({
      name: 'Acme Agency',
      available_paise: 990_000,
      held_paise: 0,
    });
    // The embedded PostgreSQL keeps the data key next to its data.
    expect((await acme.post('/webhook-endpoints', { url: 'https://93.184.215.14/', is_active: false })).status).toBe(
      201,
    );
    expect(statSync(join(dataDir, 'data-encryption-key')).mode & 0o777).toBe(0o600);
    expect(await service.stop()).toBe(0);
    expect(await attachEmbeddedPostgres(dataDir)).toBeNull();
  });

  it('prints lines that can be pasted, and they take money in and pay it out', async () => {
    const service = await start();
    const printed = /curl -s -X POST [^]*payouts\?limit=1.*\n/;
    await until('all of it is printed', () => printed.test(service.output));
    const [lines = ''] = printed.exec(service.output)!;

    execFileSync('bash', ['-c', lines.replaceAll(/sleep \d+/g, 'true')], { encoding: 'utf8' });

    const acme = new Client(service.url, ACME);
    const newest = async (list: string) =>
      (await acme.get(`/${list}?limit=1`)).body.results[0] as { status: string } | undefined;
    await until('the money is in', async () => (await newest('payments'))?.status === 'succeeded');
    await until('it is at the bank', async () => (await newest('payouts'))?.status === 'completed');
    expect(await newest('payments')).toMatchObject({ amount: 12_001, receipt: { credited_paise: 975_504 } });
    expect(await newest('payouts')).toMatchObject({ amount_paise: 900_000 });
    expect(await service.stop()).toBe(0);
  });

  describe('the second time, with a variable under its old name', () => {
    let service: ServiceProcess;

    beforeAll(async () => {
      const { PROCESSING_TIMEOUT_SECONDS: seconds, ...rest } = here;
      service = await ServiceProcess.start('start', { ...rest, PAYOUT_PROCESSING_TIMEOUT_SECONDS: seconds! });
    });

    it('finds everything again, answers an old key as before, and caches lists in its memory', async () => {
      const acme = new Client(service.url, ACME);

      await payOut(acme, PAYS, 'first');

      expect((await acme.get('/payouts')).body.results).toHaveLength(2);
      await until('a page is cached', async () => (await acme.get('/payouts')).headers.get('x-cache') === 'HIT');
    });

    it('warns once with the new name', () => {
      expect(service.output.split('\n').filter((line) => line.includes('PAYOUT_'))).toEqual([
        'PAYOUT_PROCESSING_TIMEOUT_SECONDS is the old name of PROCESSING_TIMEOUT_SECONDS: set PROCESSING_TIMEOUT_SECONDS instead.',
      ]);
    });

    it('ends with exit code 0', async () => {
      expect(await service.stop()).toBe(0);
    });
  });

  it('goes on after kill -9 with what was in flight, and pays it once', async () => {
    const killed = await start();
    const id = await payOut(new Client(killed.url, ACME), ANSWER_LOST, 'lost');
    const status = async (): Promise<string> => (await new Client(killed.url, ACME).get(`/payouts/${id}`)).body.status;
    await until('the bank was called', async () => (await status()) === 'processing');
    await killed.kill();

    const service = await start();
    const acme = new Client(service.url, ACME);
    await untilCompleted(acme, id);

    expect((await acme.get(`/payouts/${id}`)).body.attempts).toBe(1);
    expect((await acme.get('/me')).body).toMatchObject({ available_paise: 1_055_504, held_paise: 0 });
    expect((await bahi('verify')).code).toBe(0);
    expect(await service.stop()).toBe(0);
  });
});

const NOBODY = '01890000-0000-7000-8000-000000000009';

describe('a start that cannot be', () => {
  let busy: Server;
  let port: string;

  beforeAll(async () => {
    busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    port = String((busy.address() as { port: number }).port);
  });

  afterAll(() => void busy.close());

  it.each([
    [
      'a port that is in use',
      () => ({ PORT: port }),
      /^Port \d+ on 127.0.0.1 is in use\. Stop what listens there, or set PORT/,
    ],
    [
      'a port that is none',
      () => ({ PORT: 'http' }),
      /^PORT=http is not valid: expected a whole number from 0 to 65535\./,
    ],
    ['a gateway that nobody knows', () => ({ GATEWAYS: 'bank-of-nowhere' }), /bank-of-nowhere/],
    ['no gateway in production', () => ({ NODE_ENV: 'production' }), /GATEWAYS/],
    [
      'a reset in production',
      () => ({ NODE_ENV: 'production', RESET_DATA: '1' }),
      /RESET_DATA=1 is refused in production/,
    ],
    ['a folder that is a file', () => ({ DATA_DIR: '/etc/hostname' }), /\/etc\/hostname/],
    ['a database that is not there', () => ({ DATABASE_URL: 'postgres://x@127.0.0.1:1/x' }), /127\.0\.0\.1:1/],
  ])('fails with one line that names the remedy: %s', async (_name, environment, message) => {
    expectOneLine(await runMain('start', [], { ...here, ...environment() }), message);
  });
});

describe('the command line', () => {
  const TINY = '01890000-0000-7000-8000-000000000003';

  describe('beside a running service', () => {
    let service: ServiceProcess;

    beforeAll(async () => {
      service = await start();
    });

    afterAll(async () => {
      expect(await service.stop()).toBe(0);
    });

    it('fails with one line that names the remedy: a start on the same folder', async () => {
      expectOneLine(
        await runMain('start', [], here),
        /^Another Bahi \(process \d+\) is already using the data directory/,
      );
    });

    it('says of roles for another server that they are not used', async () => {
      const elsewhere = { ADMIN_DATABASE_URL: 'postgres://x@127.0.0.1:1/x' };
      const { code, stderr } = await runMain('cli', ['verify'], { ...here, ...elsewhere });

      expect(stderr).toBe(
        'ADMIN_DATABASE_URL is not used without DATABASE_URL: the embedded server has its own roles.\n',
      );
      expect(code).toBe(0);
    });

    it('funds once per key', async () => {
      const funding = ['fund', '--merchant', TINY, '--amount-paise', '12345', '--reason', 'test', '--key', 'k1'];

      const [first, second] = [await bahi(...funding), await bahi(...funding)];

      expect([first.code, second.code]).toEqual([0, 0]);
      expect(first.stdout).toContain('funded with ₹123.45; available: ₹223.45');
      expect(second.stdout).toContain('was funded with this key before; available: ₹223.45');
      expect((await new Client(service.url, 'api-key-tiny-studio').get('/balance')).body.available_paise).toBe(22_345);
      expectOneLine(await bahi('seed', '--reset'), /^Another Bahi/);
    });

    it('says what to start again beside a service of a version before the operators’ role', async () => {
      const file = join(dataDir, 'postgres', 'passwords.json');
      const passwords = readFileSync(file, 'utf8');
      const { bahi_admin: _, ...before } = JSON.parse(passwords) as Record<string, string>;
      writeFileSync(file, JSON.stringify(before));
      const refused = await bahi('create-operator', '--name', 'Ops');
      writeFileSync(file, passwords);
      expectOneLine(refused, /^The running service is of a version from before the role bahi_admin\. Restart it/);
    });

    it('makes and ends operator keys', async () => {
      const made = await bahi('create-operator', '--name', 'Ops');
      const [key, id] = [/^bahi_operator_\S+$/m.exec(made.stdout)?.[0], /key id (\S+)\)/.exec(made.stdout)?.[1]];
      const operator = new Client(service.url, key!);
      expect((await operator.get('/merchants')).status).toBe(200);

      expect((await bahi('revoke-operator', '--key-id', id!)).code).toBe(0);

      await until('the key is refused', async () => (await operator.get('/merchants')).status === 401);
    });

    it.each([
      [['fund', '--merchant', NOBODY, '--amount-paise', '100', '--reason', 'x'], /^There is no merchant/],
      [['verify', '--merchant', NOBODY], /There is no merchant/],
      [['acknowledge', 'ab'.repeat(32), '--reason', 'x', '--merchant', NOBODY], /There is no merchant/],
      [['verify', '--expect-head', '1:ab'], /--expect-head takes SEQ:HASH/],
      [['revoke-operator', '--key-id', NOBODY], /^There is no such API key\.$/m],
      [['simulate-callback', '--payout', NOBODY, '--event', 'returned'], /cannot report this about the payout/],
    ])('fails with one line that names the remedy: %j', async (args, message) => {
      expectOneLine(await bahi(...args), message);
    });
  });

  it('drops and rebuilds everything, the bank’s memory and the queues included', async () => {
    const reset = await bahi('seed', '--reset');

    expect(reset.stdout).toContain('Seeded the demo merchants.');
    const service = await start();
    const acme = new Client(service.url, ACME);
    expect((await acme.get('/payouts')).body.results).toEqual([]);
    expect((await acme.get('/me')).body.available_paise).toBe(1_000_000);
    const id = await payOut(acme, PAYS, 'first');
    await untilCompleted(acme, id);
    const callback = ['simulate-callback', '--payout', id, '--event', 'succeeded', '--url', `${service.url}/`] as const;
    for (let i = 0; i < 2; i++) expect((await bahi(...callback)).stdout).toMatch(/answered 200: \{"received":1\}/);
    expect(await service.stop()).toBe(0);
    expectOneLine(await bahi(...callback), /Nothing answers at .* --url/);
    const silent = await silentService();
    const unanswered = await bahi(...callback.slice(0, -1), silent.url).finally(silent.close);
    expectOneLine(unanswered, /has not answered within ten seconds\. It may have accepted the callback all the same/);
    expect((await brokenOff(...callback.slice(0, -1))).code).toBe(130);
    // The server that the command had started for itself has ended too.
    expect(await attachEmbeddedPostgres(dataDir)).toBeNull();
    expectOneLine(await runMain('cli', ['seed', '--reset'], { ...here, NODE_ENV: 'production' }), /refused/);
  });

  it('begins nothing that is broken off while its PostgreSQL starts', async () => {
    const empty = join(dataDir, 'empty');
    mkdirSync(empty);
    const home = join(empty, 'postgres');
    const starting = until('the database is being made', () => existsSync(home) && readdirSync(home).length > 0);
    // It would be refused as soon as it starts.
    const environment = { ...here, DATA_DIR: empty, NODE_ENV: 'production' };
    const { code, stderr } = await interruptMain('cli', ['seed'], environment, starting);
    expect([code, stderr]).toEqual([130, '']);
    expect(await attachEmbeddedPostgres(empty)).toBeNull();
  });
});
