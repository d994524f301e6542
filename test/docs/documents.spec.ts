import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bahi-documents-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `make check` says about the documents in a folder. */
function complaintsIn(cwd: string): string[] {
  const { stdout, stderr } = spawnSync('node', [resolve('scripts/check-documents.js')], { cwd, encoding: 'utf8' });
  return `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
}

/** What it says about only these files. */
function complaintsAbout(files: Readonly<Record<string, string>>): string[] {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return complaintsIn(folder);
}

const adr = (number: number, { status = 'Accepted, 2026-11-21.', rejected = '## Rejected\n\n', filler = '' } = {}) =>
  `# ${number}. A decision\n\n## Status\n\n${status}\n\n## Context\n\n${filler}## Decision\n\n${rejected}## Consequences\n`;
const TEMPLATE = { 'docs/adr/0000-template.md': adr(0, { status: 'Any.' }) };

describe('the documents', () => {
  it('are in order', () => {
    expect(complaintsIn('.')).toEqual([]);
  });

  it('have lines of 160 characters at most, tables and code too, and a README of 150 lines', () => {
    const long = '₹'.repeat(161);

    expect(complaintsAbout({ 'README.md': `${'\n'.repeat(150)}${'₹'.repeat(160)}` })).toEqual([]);
    expect(complaintsAbout({ 'README.md': `${'\n'.repeat(150)}${long}\n`, 'docs/a.md': `\n| ${long} |` })).toEqual([
      'README.md:151: a line of 161 characters',
      'README.md: 151 lines, 150 are allowed: move something to docs/',
      'docs/a.md:2: a line of 165 characters',
    ]);
  });

  it('have links that lead somewhere', () => {
    const text = '[a](docs/a.md#the-words-of-a) [b](b.md) [c](docs/a.md#no) `[d](d.md)`\n[e](https://x.example/e.md)';

    expect(complaintsAbout({ 'README.md': text, 'docs/a.md': '## The words, of A\n' })).toEqual([
      'README.md: a link to b.md, which does not exist',
      'README.md: a link to docs/a.md#no, and there is no such heading',
    ]);
  });

  it('name files that exist, where maintainers look for them', () => {
    const text = '`src/shared/money.ts` `payouts/domain` `payouts/gone.ts` `gone.ts` `<m>.public.ts` `POST /payouts`';
    const files = { 'src/shared/money.ts': '', 'src/modules/payouts/domain/payout.ts': '' };

    expect(complaintsAbout({ ...files, 'docs/development.md': text })).toEqual([
      'docs/development.md: names payouts/gone.ts, which does not exist',
      'docs/development.md: names gone.ts, which does not exist',
    ]);
  });

  it('name targets that make knows', () => {
    const text = '`make test`, `make nonsense`, make sense\n\n```sh\nmake start # and wait\nmake stop\n```\n';

    expect(complaintsAbout({ 'README.md': text, Makefile: 'start: build ## Start\ntest: build\n' })).toEqual([
      'README.md: make has no target nonsense',
      'README.md: make has no target stop',
    ]);
  });
});

describe('the decisions', () => {
  it('have a status, the headings of the template and an alternative that was rejected', () => {
    expect(complaintsAbout({ ...TEMPLATE, 'docs/adr/0001-a.md': adr(1) })).toEqual([]);
    expect(
      complaintsAbout({
        ...TEMPLATE,
        'docs/adr/0001-a.md': adr(1, { status: 'accepted' }),
        'docs/adr/0002-b.md': adr(2, { rejected: '' }),
      }),
    ).toEqual([
      'docs/adr/0001-a.md: "accepted" is no status as in 0000-template.md',
      'docs/adr/0002-b.md: the headings must be Status, Context, Decision, Rejected, Consequences',
    ]);
  });

  it('have 40 lines at most and numbers without gaps', () => {
    expect(
      complaintsAbout({
        ...TEMPLATE,
        'docs/adr/0001-a.md': adr(1, { filler: '\n'.repeat(30) }),
        'docs/adr/0003-c.md': adr(2),
      }),
    ).toEqual([
      'docs/adr/0001-a.md: 43 lines, 40 are allowed',
      'docs/adr/0003-c.md: the title must begin with "# 3. "',
      'docs/adr: 3 where 2 should be',
    ]);
  });
});

describe('the Nest CLI', () => {
  const config = JSON.parse(readFileSync('nest-cli.json', 'utf8')) as {
    sourceRoot: string;
    entryFile: string;
    compilerOptions: { builder: { options: { filenames: string[] } } };
  };

  it('builds what make builds, and starts what make starts', () => {
    const makefile = readFileSync('Makefile', 'utf8');

    expect(makefile).toContain(`/swc ${config.compilerOptions.builder.options.filenames.join(' ')} --out-dir dist `);
    expect(makefile).toContain(`dist/bundle/${basename(config.entryFile)}.js\n`);
    expect(existsSync(`${config.sourceRoot}/${config.entryFile}.ts`)).toBe(true);
  });

  it('writes what make writes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bahi-nest-'));
    try {
      for (const name of ['src', 'migrations', 'nest-cli.json', '.swcrc', 'package.json', 'tsconfig.json'])
        cpSync(name, join(folder, name), { recursive: true });
      symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
      execFileSync('node_modules/.bin/nest', ['build'], { cwd: folder, stdio: 'pipe' });
      const programs = (path: string): string[] =>
        ['src', 'migrations'].flatMap((root) =>
          (readdirSync(join(path, root), { recursive: true }) as string[])
            .filter((name) => /\.(js|ts)$/.test(name) && !name.endsWith('.spec.ts'))
            .map((name) => join(root, name.replace(/\.ts$/, '.js'))),
        );
      expect(programs(join(folder, 'dist')).sort()).toEqual(programs('.').sort());
      const main = join('dist', config.sourceRoot, `${config.entryFile}.js`);
      expect(readFileSync(join(folder, main), 'utf8')).toBe(readFileSync(main, 'utf8'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
