import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { StartupError } from '../config/startup-error.js';
import type { Binaries } from './binaries.js';
import { diskFull, notWritable, isDiskFull } from './data-dir.js';
import { makePasswords, SUPERUSER } from './passwords.js';
import { runToEnd } from './run-to-end.js';
import type { ServerHome } from './server-home.js';
import type { ServerUser } from './server-user.js';

/**
 * An empty cluster takes 40 MB, and the first checkpoints need some more. `initdb` itself does not always report that
 * the disk is full.
 */
const EMPTY_CLUSTER_BYTES = 64_000_000;

const HALF_MADE = 'cluster.new-';

/**
 * Creates an empty database cluster. It is built under another name and renamed at the end, so that a start that is
 * killed half-way leaves nothing that the next one could take for a database. Each attempt has its own folder, because
 * the `initdb` of a killed start may still be writing into the previous one.
 */
export async function initCluster(
  home: ServerHome,
  binaries: Binaries,
  user: ServerUser | null,
  volatile: boolean,
): Promise<void> {
  removeHalfMade(home);
  const { bavail, bsize } = statfsSync(home.dir);
  if (bavail * bsize < EMPTY_CLUSTER_BYTES) throw diskFull(home.dir);
  try {
    const half = mkdtempSync(join(home.dir, HALF_MADE));
    const passwordFile = `${half}.password`;
    writeFileSync(passwordFile, makePasswords(home)[SUPERUSER], { mode: 0o600 });
    if (user) for (const path of [half, passwordFile]) chownSync(path, user.uid, user.gid);
    await initdb(binaries, user, half, passwordFile, volatile);
    rmSync(passwordFile);
    renameSync(half, home.cluster);
    syncFolder(home.dir);
  } catch (error) {
    removeHalfMade(home);
    throw error instanceof StartupError ? error : notWritable(home.dir, error);
  }
}

/** @throws StartupError when the cluster was made by a PostgreSQL whose files this one cannot read */
export function assertSameMajor(home: ServerHome, binaries: Binaries): void {
  const major = readFileSync(join(home.cluster, 'PG_VERSION'), 'utf8').trim();
  if (major === String(binaries.major)) return;
  throw new StartupError(
    `The database in ${home.cluster} was created by PostgreSQL ${major}, but this is PostgreSQL ` +
      `${binaries.major}. Move the data with pg_dump from the earlier Bahi, or set DATA_DIR to a new folder.`,
  );
}

/** Never `trust`, not even for a moment: other users of the machine can reach the port. */
async function initdb(
  { initdb }: Binaries,
  user: ServerUser | null,
  cluster: string,
  passwordFile: string,
  volatile: boolean,
): Promise<void> {
  const args = ['-D', cluster, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const format = ['--encoding=UTF8', '--locale=C', '--no-instructions', ...(volatile ? ['--no-sync'] : [])];
  const { code, stdout, stderr } = await runToEnd(initdb, [...args, ...format], {
    cwd: '/',
    env: cleanEnvironment(),
    ...user,
  });
  if (code !== 0) throw initdbFailure(cluster, `${stdout}\n${stderr}`);
}

/** The last error that `initdb` wrote, as one line. */
export function initdbFailure(cluster: string, output: string): StartupError {
  if (isDiskFull(output)) return diskFull(cluster);
  const lines = output.split('\n').filter((line) => /error|fatal|panic/i.test(line));
  return new StartupError(
    `The database cannot be created in ${cluster} (${lines.at(-1)?.trim() ?? 'initdb was ended'}). Fix that and ` +
      'start again, or set DATABASE_URL.',
  );
}

/** The caller's `PG…` variables and language would change what the programs do and print. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C' };
}

function removeHalfMade(home: ServerHome): void {
  for (const name of readdirSync(home.dir)) {
    if (!name.startsWith(HALF_MADE)) continue;
    try {
      rmSync(join(home.dir, name), { recursive: true, force: true });
    } catch {
      // Named decision: an `initdb` that is still writing there prevents the removal. The folder does no harm.
    }
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}
