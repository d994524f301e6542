import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartupError } from '../../startup-error.js';
import { runToEnd } from './run-to-end.js';
import { systemCodeOf } from './system-error.js';

/** Whose rights the server runs with. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL's usual system user on Linux and on macOS. */
const POSTGRES_USERS = ['postgres', '_postgres'] as const;
const OWN_USER = 'bahi-postgres';

/**
 * PostgreSQL refuses to run as root. Null: this process is an ordinary user and the server runs as the same one.
 * For root: `postgres` where the system has it, else a system user made for it, else `nobody` (which other
 * services may share, so it comes last).
 */
export async function serverUserForNewCluster(): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  for (const name of [...POSTGRES_USERS, OWN_USER]) {
    const user = await lookUp(name);
    if (user) return user;
  }
  const made = (await makeSystemUser()) ? await lookUp(OWN_USER) : null;
  const user = made ?? (await lookUp('nobody'));
  if (user) return user;
  throw new StartupError(
    'PostgreSQL does not run as root and this system has no other user: run Bahi as an ordinary user, or set DATABASE_URL.',
  );
}

/** A cluster is only ever run by its owner, whoever starts the service. */
export function serverUserOfCluster(cluster: string): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const { uid, gid } = statSync(cluster);
  return { uid, gid };
}

/** Whether `user` may pass through every folder above `path`, judged by the mode bits; access lists are not looked at. */
export function canReach(path: string, user: ServerUser | null): boolean {
  if (user === null) return true;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { uid, gid, mode } = statSync(folder);
    const passes = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & passes) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

async function lookUp(name: string): Promise<ServerUser | null> {
  const [uid, gid] = await Promise.all([runToEnd('id', ['-u', name]), runToEnd('id', ['-g', name])]);
  if (uid.code !== 0 || gid.code !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

async function makeSystemUser(): Promise<boolean> {
  const options = [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/bin/false',
  ];
  try {
    return (await runToEnd('useradd', [...options, OWN_USER])).code === 0;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false; // macOS, busybox: they have `_postgres` or `nobody`.
    throw error;
  }
}
