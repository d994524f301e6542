import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the package managers call it. */
export interface Packages {
  readonly apt: string;
  readonly brew: string;
}

/** Servers lie there, and the PATH of an ordinary user may not lead there. */
const SERVER_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin', '/usr/local/bin'];

/**
 * Where a program is that tests need. Installed when it is missing, by apt (as root, or with a sudo that asks for no
 * password) or by brew. Tests are never left out because of it.
 *
 * @param names of the program, the preferred first
 * @throws when it cannot be had, with the one line that a person needs
 */
export function commandOrInstall(names: readonly string[], packages: Packages): string {
  return found(names) ?? installed(names, packages);
}

function found(names: readonly string[]): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SERVER_FOLDERS];
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => isExecutable(path)) ?? null;
}

function installed(names: readonly string[], { apt, brew }: Packages): string {
  process.stderr.write(`The tests need ${names.join(' or ')}. Installing it …\n`);
  const steps = found(['apt-get']) ? withApt(apt) : found(['brew']) ? [['brew', 'install', brew]] : [];
  for (const [command, ...args] of steps) {
    // apt would ask for a time zone; nobody is there to answer.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync(command!, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  }
  const path = found(names);
  if (path !== null) return path;
  throw new Error(
    `The tests need ${names.join(' or ')}, which is not here and could not be installed. ` +
      `Install it, for example with: sudo apt-get install ${apt}   (macOS: brew install ${brew})`,
  );
}

function withApt(name: string): string[][] {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
  return [
    [...asRoot, 'apt-get', 'update', '--quiet'],
    [...asRoot, 'apt-get', 'install', '--yes', '--quiet', '--no-install-recommends', name],
  ];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: the search goes on.
    return false;
  }
}
