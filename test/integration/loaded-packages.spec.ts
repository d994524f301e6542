import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';
import { runMain, ServiceProcess } from '../support/service-process.js';

/** Where Node writes, when a process ends, which files it has run. */
let folder: string;
let here: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bahi-loaded-'));
  here = { NODE_V8_COVERAGE: folder };
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The files that the ended process had loaded. */
function filesLoaded(): string[] {
  const [file, ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  const { result } = JSON.parse(readFileSync(join(folder, file!), 'utf8')) as { result: { url: string }[] };
  const files = result.flatMap(({ url }) => (url.startsWith('file:') ? [fileURLToPath(url)] : []));
  expect(files).toContainEqual(expect.stringMatching(/dist\/bundle\/(cli|api|worker)\.js$/));
  return files;
}

/** The packages of which it had loaded anything: a bundle names the modules that it contains in comments. */
function packagesLoaded(): string[] {
  const modules = filesLoaded().flatMap((file) => [
    file,
    ...[...readFileSync(file, 'utf8').matchAll(/^\/\/ (\S+)$/gm)].map(([, module]) => module!),
  ]);
  const names = modules.flatMap((module) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** A package that is loaded outside the bundle would exist twice, and neither copy would know the other's classes. */
const besideTheBundle = (): string[] => filesLoaded().filter((file) => file.includes('node_modules'));

describe('the command line', () => {
  it.each([[['--help']], [['fund', '--help']], [['fund', '--all']], [['nonsense']]])(
    'loads no package for %j',
    async (args) => {
      await runMain('cli', args, here);
      expect(packagesLoaded()).toEqual([]);
    },
  );
});

describe('a service', () => {
  let database: TestDatabase;
  let service: ServiceProcess;

  beforeEach(async () => {
    database = await createMigratedDatabase();
  });

  afterEach(async () => {
    await service.stop();
    await database.drop();
  });

  const start = async (role: 'api' | 'worker'): Promise<void> => {
    const environment = { ...here, DATABASE_URL: database.appUrl, PORT: '0', LOG_LEVEL: 'fatal' };
    service = await ServiceProcess.start(role, environment);
  };

  it('loads @nestjs/swagger when it is asked for its document, which then has all that the committed one has', async () => {
    await start('api');
    const document: unknown = await (await fetch(`${service.url}/docs-json`)).json();
    expect(document).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
    await service.stop();
    expect(packagesLoaded()).toContain('@nestjs/swagger');
    expect(besideTheBundle()).toEqual([]);
  });

  it('does without @nestjs/swagger until then, and without what its settings do not ask for', async () => {
    await start('api');
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
    await service.stop();
    const loaded = packagesLoaded();
    expect(besideTheBundle()).toEqual([]);
    expect(loaded).toContain('fastify');
    for (const name of [
      '@nestjs/swagger',
      'libphonenumber-js',
      'rate-limiter-flexible',
      '@opentelemetry/sdk-trace-node',
    ])
      expect(loaded).not.toContain(name);
  });

  it('does without the board of the queues where it is a worker, which serves none', async () => {
    await start('worker');
    await service.stop();
    const loaded = packagesLoaded();
    expect(besideTheBundle()).toEqual([]);
    expect(loaded).toContain('bullmq');
    for (const name of ['@nestjs/swagger', '@bull-board/api', 'lodash', 'rate-limiter-flexible'])
      expect(loaded).not.toContain(name);
  });
});
