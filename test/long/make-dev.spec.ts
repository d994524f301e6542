import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentedFetch } from '../support/documented-fetch.js';
import { deleteWhenAbandoned } from '../support/postgres-server.js';
import { freePort } from '../../bench/free-port.js';
import { until } from '../support/wait-for.js';

/** What `make dev` builds from, and what is already built. */
const COPIED = [
  ...['Makefile', 'package.json', 'package-lock.json', 'nest-cli.json', 'tsconfig.json', '.swcrc'],
  ...['src', 'migrations', 'scripts', 'bench', 'dist'],
  ...['web/src', 'web/build', 'web/index.html', 'web/vite.config.ts', 'web/dist'],
];

const SOURCE = 'src/modules/ledger/domain/ledger.ts';
const TITLE = 'The available balance is too small';

let copy: string;
let dev: ChildProcess;
let url: string;
let output = '';

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'bahi-dev-'));
  // If tests run as root, the server runs as another user.
  chmodSync(copy, 0o755);
  for (const path of COPIED) {
    mkdirSync(join(copy, dirname(path)), { recursive: true });
    // With the times of files and folders, by which make knows what is up to date.
    execFileSync('cp', ['-a', path, join(copy, path)]);
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  const dataDir = join(copy, '.data');
  deleteWhenAbandoned(dataDir);
  const { PATH, HOME } = process.env;
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  dev = spawn('make', ['dev'], {
    cwd: copy,
    env: { PATH, HOME, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // As from a terminal, whose Ctrl-C goes to the whole process group.
    detached: true,
  });
  for (const stream of [dev.stdout!, dev.stderr!]) stream.on('data', (data: Buffer) => (output += data.toString()));
  await shown(TITLE);
});

afterAll(async () => {
  if (dev.exitCode === null && dev.signalCode === null) {
    const ended = once(dev, 'exit');
    process.kill(-dev.pid!, 'SIGINT');
    await ended;
  }
  rmSync(copy, { recursive: true, force: true });
});

/** Waits until the service answers with this title, which is in the source. */
async function shown(title: string): Promise<void> {
  const isShown = async (): Promise<boolean> => {
    // eslint-disable-next-line no-restricted-globals -- a page that explains, and no part of the document
    const answer = await fetch(`${url}/problems/insufficient_funds`).catch(() => null);
    return answer !== null && ((await answer.json()) as { title: string }).title === title;
  };
  await until(`${title} is served`, isShown, undefined, 100).catch((error) => {
    throw new Error(`${error}\n${output}`);
  });
}

const write = (source: string): void => writeFileSync(join(copy, SOURCE), source);
const sourceWith = (title: string): string => readFileSync(SOURCE, 'utf8').replace(TITLE, title);

const serverPid = (): string =>
  readFileSync(join(copy, '.data/postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]!;

/** The processes that `make dev` has started, and their children. */
function processes(): string[] {
  const parents = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = parents.map((line) => line.trim().split(/\s+/) as [string, string]);
  const found = [String(dev.pid)];
  for (const pid of found) found.push(...pairs.filter(([, parent]) => parent === pid).map(([child]) => child));
  return found;
}

const isAlive = (pid: string): boolean => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};

describe('make dev', () => {
  it('serves with everything that make start has: the embedded server, its demo, and its key for secrets', async () => {
    const answer = await documentedFetch(`${url}/api/v1/webhook-endpoints`, {
      method: 'POST',
      headers: { authorization: 'Api-Key api-key-acme-agency', 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'https://1.1.1.1/hook' }),
    });
    expect([answer.status, await answer.json()]).toEqual([
      201,
      expect.objectContaining({ url: 'https://1.1.1.1/hook' }),
    ]);
  });

  it('serves a source that has changed, on the PostgreSQL that it began with', async () => {
    const before = serverPid();
    write(sourceWith('There is less than that'));
    await shown('There is less than that');
    expect(serverPid()).toBe(before);
  });

  it('reports a source that does not compile, and goes on with the one before until it is mended', async () => {
    const [before, begun] = [serverPid(), output.length];
    write(`${sourceWith('Nobody sees this')}const = ;\n`);
    await until('it is reported', () => /Unexpected token[^]*ledger\.ts/.test(output.slice(begun)));
    await shown('There is less than that');
    expect(output.slice(begun)).not.toContain('running at');
    write(sourceWith('It is mended'));
    await shown('It is mended');
    expect(serverPid()).toBe(before);
  });

  it('ends with Ctrl-C, and leaves nothing behind', async () => {
    const all = processes();
    expect(all).toContain(serverPid());
    const ended = once(dev, 'exit');
    process.kill(-dev.pid!, 'SIGINT');
    await ended;
    await until('all have ended', () => !all.some(isAlive));
    await expect(documentedFetch(`${url}/health`)).rejects.toThrow('fetch failed');
  });
});
