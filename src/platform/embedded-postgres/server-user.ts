import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartupError } from '../config/startup-error.js';
import { runToEnd } from './run-to-end.js';
import { systemCodeOf } from './system-error.js';

/** The user that the server runs as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL's usual system user on Linux and on macOS. */
const POSTGRES_USERS = ['postgres', '_postgres'] as const;
const OWN_USER = 'bahi-postgres';

/**
 * PostgreSQL refuses to run as root. Null: this process is an ordinary user, and the server runs as the same one.
 * For root: `postgres` if the system has it, else a system user created for it, else `nobody` (which other services may
 * share, so it comes last).
 */
export async function serverUserForNewCluster(): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  const user = (await existing(...POSTGRES_USERS, OWN_USER)) ?? (await madeForIt()) ?? (await existing('nobody'));
  if (user && (await mayBecome(user))) return user;
  throw new StartupError(
    'PostgreSQL does not run as root, and there is no other user to run it as: start Bahi as an ordinary user, ' +
      'or set DATABASE_URL.',
  );
}

/** Only its owner ever runs a cluster, whoever starts the service. */
export function serverUserOfCluster(cluster: string): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const { uid, gid } = statSync(cluster);
  return { uid, gid };
}

/**
 * Whether `user` may pass through every folder above `path`, judged by the mode bits; access control lists are ignored.
 */
export function canReach(path: string, user: ServerUser | null): boolean {
  if (user === null) return true;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = statSync(folder);
    if ((found.mode & passBit(user, found)) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** The bit of a folder's mode that lets the user pass: the owner's, the group's, or that of all others. */
function passBit(user: ServerUser, { uid, gid }: ServerUser): number {
  if (uid === user.uid) return 0o100;
  return gid === user.gid ? 0o010 : 0o001;
}

async function existing(...names: string[]): Promise<ServerUser | null> {
  for (const name of names) {
    const [uid, gid] = await Promise.all([runToEnd('id', ['-u', name]), runToEnd('id', ['-g', name])]);
    if (uid.code === 0 && gid.code === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  return null;
}

async function madeForIt(): Promise<ServerUser | null> {
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
    await runToEnd('useradd', [...options, OWN_USER]);
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
    return null; // macOS and busybox have no `useradd`; there `_postgres` or `nobody` exists.
  }
  return existing(OWN_USER);
}

/** The root of a container may be root in name only. */
async function mayBecome(user: ServerUser): Promise<boolean> {
  try {
    return (await runToEnd('id', ['-u'], { cwd: '/', ...user })).code === 0;
  } catch (error) {
    if (systemCodeOf(error) === 'EPERM' || systemCodeOf(error) === 'EINVAL') return false;
    throw error;
  }
}
