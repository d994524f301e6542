import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

let folder: string;
/** The PATH of a machine that has make, node and the shell's own programs; a test's own programs come first. */
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

/** Runs a command as a person at a terminal would, without the variables that make and Jest gave to this process. */
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

describe('docker/make-passwords.sh', () => {
  const script = join(process.cwd(), 'docker/make-passwords.sh');
  const NAMES = ['POSTGRES_PASSWORD', 'BAHI_OWNER_PASSWORD', 'BAHI_APP_PASSWORD', 'BAHI_ADMIN_PASSWORD'];
  const made = (): string => readFileSync(join(folder, 'docker/passwords.env'), 'utf8');
  const makePasswords = (environment: Record<string, string> = {}) => run('sh', [script], environment, folder);

  /** A docker that lists these volumes, and records what it was asked. */
  const dockerWith = (...volumes: string[]): void =>
    program('docker', `echo "$@" > ${folder}/asked`, ...volumes.map((name) => `echo ${name}`));

  beforeEach(() => mkdirSync(join(folder, 'docker')));

  it('makes other passwords each time that there is no volume, for nobody else to read, and keeps them', () => {
    dockerWith();
    expect(makePasswords({ BAHI_APP_PASSWORD: 'chosen' }).status).toBe(0);
    const first = made();
    const lines = first.trim().split('\n');
    expect(lines.map((line) => line.split('=')[0])).toEqual([...NAMES, 'DATA_ENCRYPTION_KEY']);
    expect(lines[0]).toMatch(/^POSTGRES_PASSWORD=[0-9a-f]{48}$/);
    expect(lines[2]).toBe('BAHI_APP_PASSWORD=chosen');
    expect(Buffer.from(lines[4]!.slice('DATA_ENCRYPTION_KEY='.length), 'base64')).toHaveLength(32);
    expect(new Set(lines.map((line) => line.split('=')[1])).size).toBe(5);
    expect(statSync(join(folder, 'docker/passwords.env')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toContain('label=com.docker.compose.project=bahi-make-');

    expect(makePasswords()).toEqual({ status: 0, lines: [''] });
    expect(made()).toBe(first);
  });

  it('makes none for a volume that has others, and says where they belong', () => {
    dockerWith('bahi_postgres');
    const { status, lines } = makePasswords();
    expect(lines).toEqual([
      expect.stringMatching(/^The volume bahi_postgres has passwords of before.*docker\/passwords\.env/),
    ]);
    expect(status).toBe(1);
    expect(readdirSync(join(folder, 'docker'))).toEqual([]);
    const given = Object.fromEntries(NAMES.map((name) => [name, name.toLowerCase()]));
    expect(makePasswords(given).status).toBe(0);
    expect(made()).toContain('POSTGRES_PASSWORD=postgres_password\n');
  });

  it('gives a file of before the key of secrets, once, unless .env or the environment has one', () => {
    dockerWith('bahi_postgres');
    const before = NAMES.map((name) => `${name}=old\n`).join('');
    const file = join(folder, 'docker/passwords.env');
    const keyOf = (): string | undefined => /^DATA_ENCRYPTION_KEY=(.*)$/m.exec(made())?.[1];
    writeFileSync(file, before);
    expect(makePasswords().status).toBe(0);
    expect(made().startsWith(before)).toBe(true);
    const key = keyOf();
    expect(Buffer.from(key!, 'base64')).toHaveLength(32);
    expect(makePasswords()).toEqual({ status: 0, lines: [''] });
    expect(keyOf()).toBe(key);
    writeFileSync(file, before);
    expect(makePasswords({ DATA_ENCRYPTION_KEY: 'chosen' }).status).toBe(0);
    expect(keyOf()).toBe('chosen');
    writeFileSync(file, before);
    writeFileSync(join(folder, '.env'), 'DATA_ENCRYPTION_KEY=mine\n');
    expect(makePasswords()).toEqual({ status: 0, lines: [''] });
    expect(made()).toBe(before);
  });

  it('does not take them from .env, which reaches every container', () => {
    dockerWith();
    writeFileSync(join(folder, '.env'), 'LOG_LEVEL=info\nBAHI_OWNER_PASSWORD=x\n');
    expect(makePasswords()).toEqual({
      status: 1,
      lines: [expect.stringMatching(/^Move BAHI_OWNER_PASSWORD from \.env/)],
    });
  });
});

describe('make pin', () => {
  it('writes the digest behind each image, and nothing when one cannot be had', () => {
    for (const file of ['Dockerfile', 'docker-compose.yml']) copyFileSync(file, join(folder, file));
    copyFileSync('scripts/pin-images.js', join(folder, 'pin.mjs'));
    copyFileSync('scripts/images.mjs', join(folder, 'images.mjs'));
    const text = (): string => readFileSync(join(folder, 'docker-compose.yml'), 'utf8');
    const before = text();
    program('docker', 'case "$4" in redis*) exit 1;; esac', `echo sha256:${'a'.repeat(64)}`);
    expect(run(process.execPath, ['pin.mjs'], {}, folder).status).toBe(1);
    expect(text()).toBe(before);

    for (const digit of ['b', 'c']) {
      program('docker', `echo sha256:${digit.repeat(64)}`);
      expect(run(process.execPath, ['pin.mjs'], {}, folder).status).toBe(0);
    }
    expect(text().match(/image: \w+:[\w.-]+@sha256:c{64}$/gm)).toHaveLength(3);
    expect(text()).toContain('  image: bahi\n');
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toMatch(/^ARG NODE_IMAGE=node:\S+@sha256:c{64}$/m);
  });
});

describe('make sbom', () => {
  it('names every package of a service, and none of development', () => {
    copyFileSync('package.json', join(folder, 'package.json'));
    copyFileSync('package-lock.json', join(folder, 'package-lock.json'));
    copyFileSync('scripts/sbom.js', join(folder, 'sbom.mjs'));
    expect(run(process.execPath, ['sbom.mjs'], {}, folder).status).toBe(0);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const document = JSON.parse(readFileSync(join(folder, `release/bahi-${version}.cdx.json`), 'utf8')) as {
      metadata: { component: { name: string } };
      components: { name: string }[];
    };
    const names = document.components.map(({ name }) => name);
    expect(document.metadata.component.name).toBe('bahi');
    expect(names).toEqual(expect.arrayContaining(['pg', 'fastify', 'bullmq']));
    expect(names).not.toContain('jest');
  });
});

describe('make release', () => {
  const git = (...args: string[]): string =>
    spawnSync('git', ['-c', 'user.name=Asha', '-c', 'user.email=a@acme.example', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: path, HOME: folder },
    }).stdout.trim();

  const release = () => {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'Release');
    const who = { GIT_COMMITTER_NAME: 'Asha', GIT_COMMITTER_EMAIL: 'a@acme.example' };
    return run(process.execPath, ['scripts/release.js'], who, folder);
  };

  const change = (file: string, ...[from, to]: [RegExp, string]): void =>
    writeFileSync(join(folder, file), readFileSync(join(folder, file), 'utf8').replace(from, to));

  it('tags a commit with a date and with a digest for each image, and says what is missing otherwise', () => {
    mkdirSync(join(folder, 'scripts'));
    const scripts = ['scripts/release.js', 'scripts/images.mjs', 'scripts/sbom.js'];
    for (const file of [...scripts, 'package.json', 'package-lock.json', 'docker-compose.yml'])
      copyFileSync(file, join(folder, file));
    writeFileSync(join(folder, '.gitignore'), 'bin/\nrelease/\n.npm/\n');
    writeFileSync(join(folder, 'Dockerfile'), 'ARG NODE_IMAGE=node:24-bookworm-slim\n');
    writeFileSync(join(folder, 'CHANGELOG.md'), '# Changelog\n\n## Unreleased\n');
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    git('init', '--quiet');

    expect(release().lines).toEqual([`No release. CHANGELOG.md has no heading with ${version} and its date.`]);
    change('CHANGELOG.md', /Unreleased/, `${version} – 2026-11-26`);
    change('docker-compose.yml', /image: (\w+:[\w.-]+).*/g, `image: $1@sha256:${'d'.repeat(64)}`);
    expect(release()).toEqual({
      status: 1,
      lines: [
        'No release. Images without a digest: node:24-bookworm-slim. Run make pin where docker reaches the registry.',
      ],
    });
    expect(git('tag', '--list')).toBe('');

    change('Dockerfile', /$/, `@sha256:${'d'.repeat(64)}`);
    change('Dockerfile', /\n@/, '@');
    expect(release().status).toBe(0);
    expect(git('tag', '--list')).toBe(`v${version}`);
    expect(readdirSync(join(folder, 'release'))).toEqual([`bahi-${version}.cdx.json`]);
    expect(release().lines).toEqual([expect.stringMatching(/already exists/)]);
  });
});

describe('make', () => {
  it('takes its lock for files alone: any other target would take it again, and wait for itself for ever', () => {
    const alone = [...readFileSync('Makefile', 'utf8').matchAll(/\$\(MAKE_ALONE\)(?: --jobs=2)? (.+)/g)].map(
      ([, targets]) => targets,
    );
    expect(alone).toEqual(['$(LIGHTHOUSE)', '$(INSTALLED)', 'dist/.stamp web/dist/.stamp', 'dist/bench/.stamp']);
  });
});

describe('make start', () => {
  it('looks at the port before it installs or builds anything', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    // Nothing in this process needs to answer: the kernel holds the port.
    const child = spawn('make', ['--silent', 'start'], { env: { PATH: path, HOME: folder, PORT: String(port) } });
    let output = '';
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    const [code] = (await once(child, 'close')) as [number];
    taken.close();
    expect(ownLines(output.trim().split('\n'))).toEqual([
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
    program(
      'npm',
      'mkdir -p node_modules/a node_modules/@b/c node_modules/@b/empty node_modules/.bin',
      'touch node_modules/a/package.json node_modules/@b/c/package.json',
      'sleep 0.5',
    );
    const locked = {
      packages: { '': {}, 'node_modules/a': {}, 'node_modules/@b/c': {}, 'node_modules/d': { os: ['plan9'] } },
    };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(locked));
    copyFileSync('scripts/install-packages.js', join(folder, 'install.mjs'));
    const { status, lines } = run(process.execPath, ['install.mjs', '50'], {}, folder);
    expect(lines[0]).toBe('Installing about 2 packages ...');
    expect(lines).toContain('  2 of about 2 packages after 0 s');
    expect(status).toBe(0);
  });

  it('leaves no source maps of packages, which each process would keep in memory', () => {
    program(
      'npm',
      'mkdir -p node_modules/@b/c/dist',
      'touch node_modules/@b/c/dist/a.js node_modules/@b/c/dist/a.js.map',
    );
    writeFileSync(join(folder, 'package-lock.json'), '{"packages":{}}');
    copyFileSync('scripts/install-packages.js', join(folder, 'install.mjs'));
    expect(run(process.execPath, ['install.mjs'], {}, folder).status).toBe(0);
    expect(readdirSync(join(folder, 'node_modules/@b/c/dist'))).toEqual(['a.js']);
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
