import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteWhenAbandoned } from '../support/postgres-server.js';
import { endWhenAbandoned } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

/** Command lines of the README, with the block that follows as their output; null if the README shows none. */
interface Step {
  readonly commands: string;
  readonly shown: string | null;
}

const readme = readFileSync('README.md', 'utf8');
const [start, ...tour] = stepsOf(readme);

function stepsOf(page: string): Step[] {
  const blocks = [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, kind, text]) => ({
    kind: kind!,
    text: text!,
  }));
  return blocks.flatMap(({ kind, text }, index) => {
    if (kind !== 'sh') return [];
    const next = blocks[index + 1];
    return [{ commands: text, shown: next === undefined || next.kind === 'sh' ? null : next.text }];
  });
}

/**
 * What differs from run to run: ids except the demo's, times, request ids, cursors. Everything else must be as shown.
 */
const RUNNING: [RegExp, string][] = [
  [/^(?!01890000-0000-7000)[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/, '(id)'],
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, '(time)'],
  [/^[0-9a-f]{64}$/, '(hash)'],
  [/^[0-9a-f]{12}-[0-9a-z]+$/, '(request id)'],
  [/(?<=[?&]cursor=)[\w-]+$/, '(cursor)'],
  // "after." and "before." in base64.
  [/^(?:YWZ0ZXIu|YmVmb3JlL)[\w-]+$/, '(cursor)'],
];

/** The same text for answers that differ only in what changes from run to run; the order of fields counts. */
function comparable(output: string): string {
  if (!output.startsWith('{')) return output.trim();
  const blur = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? RUNNING.reduce((text, [what, name]) => text.replace(what, name), value) : value;
  return JSON.stringify(JSON.parse(output), blur, 1);
}

/**
 * `make start`, without anything from the caller's environment or a developer's `.env` that would change what it does.
 */
function makeStart(dataDir: string): ChildProcess {
  const databases = ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'ADMIN_DATABASE_URL'];
  const unset = [...databases, 'REDIS_URL', 'REDIS_CACHE_URL', 'GATEWAYS', 'NODE_ENV'];
  return spawn('make', ['start'], {
    env: {
      ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' },
      ...Object.fromEntries(unset.map((name) => [name, ''])),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

let dataDir: string;
let pidFolder: string;
let service: ChildProcess;
let output = '';
let url: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'bahi-readme-'));
  chmodSync(dataDir, 0o755);
  deleteWhenAbandoned(dataDir);
  pidFolder = mkdtempSync(join(tmpdir(), 'bahi-readme-pid-'));
  service = makeStart(dataDir);
  writeFileSync(join(pidFolder, 'pid'), String(service.pid));
  endWhenAbandoned(pidFolder);
  service.stdout!.on('data', (text: Buffer) => (output += text.toString()));
  service.stderr!.on('data', (text: Buffer) => (output += text.toString()));
  await until('it is running', () => /running at http:\S+[^]*payouts\?limit=1/.test(output), 90_000).catch((error) => {
    throw new Error(`${error}\n${output}`);
  });
  url = /running at (http:\S+)/.exec(output)![1]!;
});

afterAll(async () => {
  if (service.exitCode === null) {
    const ended = once(service, 'exit');
    process.kill(-service.pid!, 'SIGINT');
    await ended;
  }
  for (const folder of [dataDir, pidFolder]) rmSync(folder, { recursive: true, force: true });
});

describe('the README', () => {
  it('begins with the two commands, which make knows', async () => {
    const targets = start!.commands.match(/^make [a-z-]+/gm)!.map((command) => command.slice('make '.length));

    expect(targets).toEqual(['start', 'test']);
    const { stdout: help } = await promisify(execFile)('make', ['help']);
    for (const target of targets) expect(help).toMatch(new RegExp(`^ +make ${target} `, 'm'));
  });

  it('is what the start prints: its keys and its address', () => {
    expect(readme).toContain('http://127.0.0.1:8000');
    for (const [, key] of readme.matchAll(/Api-Key ([a-z-]+)'/g)) expect(output).toContain(key!);
  });

  it('has command lines and what they print', () => {
    expect(tour.length).toBeGreaterThanOrEqual(8);
    expect(tour.filter(({ shown }) => shown !== null).length).toBeGreaterThanOrEqual(7);
  });

  // In order, on one service: each continues from the one before.
  it.each(tour.map((step, index) => [nameOf(step), index] as const))('%s', async (_line, index) => {
    const { commands, shown } = tour[index]!;
    const variables = tour.slice(0, index).flatMap((step) => step.commands.match(/^[A-Z]+='?[^$(]*$/gm) ?? []);
    const script = [...variables, commands].join('\n').replaceAll('http://127.0.0.1:8000', url);
    let printed = '';
    // "A moment later": commands are repeated until the output is as shown. Their Idempotency-Keys make that harmless.
    const asShown = async (): Promise<boolean> => {
      printed = (await promisify(execFile)('bash', ['-ec', script])).stdout;
      return shown === null || comparable(printed) === comparable(shown);
    };

    await until('it prints what is shown', asShown, 60_000, 200).catch(() => undefined);

    if (shown === null) expect(JSON.parse(printed)).not.toHaveProperty('code');
    else expect(comparable(printed)).toBe(comparable(shown));
  });
});

/** The last command, without its continuation lines. */
function nameOf({ commands }: Step): string {
  const [last] = commands
    .trim()
    .split(/(?<!\\)\n/)
    .slice(-1);
  return last!.split('\n')[0]!;
}
