import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

let folder: string;
/** The PATH of a machine that has make, node and the shell's own programs, and before them what a test puts there. */
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bahi-make-'));
  path = [join(folder, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(':');
  mkdirSync(join(folder, 'bin'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, ...lines: string[]): void {
  const file = join(folder, 'bin', name);
  writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(file, 0o755);
}

/** As a person at a terminal, whatever make and Jest have told this process. */
function run(command: string, args: string[], environment: Record<string, string> = {}, cwd?: string) {
  const env = { PATH: path, HOME: folder, ...environment };
  const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8', ...(cwd === undefined ? {} : { cwd }) });
  return { status, lines: stderr.trim().split('\n') };
}

const ownLines = (lines: string[]): string[] => lines.filter((line) => !line.startsWith('make: '));

describe('make up', () => {
  it('says that Compose is missing, and what to do without it', () => {
    program('docker', 'echo "docker: \'compose\' is not a docker command." >&2', 'exit 1');
    const { status, lines } = run('make', ['--silent', 'up']);
    expect(ownLines(lines)).toEqual([expect.stringMatching(/^make up needs Compose.*Without it: make start$/)]);
    expect(status).toBeGreaterThan(0);
  });
});

describe('make start', () => {
  it('looks at the port before it installs or builds anything', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    // Nothing in this process may wait for it: the port is held by the kernel.
    const child = spawn('make', ['--silent', 'start'], { env: { PATH: path, HOME: folder, PORT: String(port) } });
    let said = '';
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    const [code] = (await once(child, 'close')) as [number];
    taken.close();
    expect(ownLines(said.trim().split('\n'))).toEqual([
      `Port ${port} on 127.0.0.1 is in use. Stop what listens there, or set PORT to another one: PORT=8080 make start`,
    ]);
    expect(code).toBeGreaterThan(0);
  });

  it('asks for the port that .env names, unless the environment names another one', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    writeFileSync(join(folder, '.env'), `PORT=${(taken.address() as AddressInfo).port}\n`);
    const script = join(process.cwd(), 'scripts/check-port.js');
    expect(run(process.execPath, [script], {}, folder).status).toBe(1);
    expect(run(process.execPath, [script], { PORT: '0' }, folder).status).toBe(0);
    taken.close();
  });

  it('says every few seconds how many packages are there', () => {
    program('npm', 'mkdir -p node_modules/a node_modules/@b/c node_modules/.bin', 'sleep 0.5');
    const locked = {
      packages: { '': {}, 'node_modules/a': {}, 'node_modules/@b/c': {}, 'node_modules/d': { optional: true } },
    };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(locked));
    copyFileSync('scripts/install-packages.js', join(folder, 'install.mjs'));
    const { status, lines } = run(process.execPath, ['install.mjs', '50'], {}, folder);
    expect(lines[0]).toBe('Installing about 2 packages ...');
    expect(lines).toContain('  2 of about 2 packages after 0 s');
    expect(status).toBe(0);
  });

  it('fails as npm fails', () => {
    program('npm', 'exit 7');
    writeFileSync(join(folder, 'package-lock.json'), '{"packages":{}}');
    copyFileSync('scripts/install-packages.js', join(folder, 'install.mjs'));
    expect(run(process.execPath, ['install.mjs'], {}, folder).status).toBe(7);
  });
});

describe('make bench', () => {
  it('looks for its Redis before anything else, and says what to do', () => {
    path = folder;
    const { status, lines } = run(process.execPath, ['dist/bench/run.js']);
    expect(lines).toEqual([
      expect.stringMatching(/^make bench needs redis-server .*apt-get install .*--only payouts'$/),
    ]);
    expect(status).toBe(1);
  });
});
