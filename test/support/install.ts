import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The names that the package managers use. */
export interface Packages {
  readonly apt: string;
  readonly brew: string;
}

/** Servers are installed there, and an ordinary user's PATH may not include it. */
const SERVER_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin', '/usr/local/bin'];

/**
 * The path of a program that the tests need. If it is missing it is installed, with apt (as root, or with a sudo that
 * needs no password) or brew. Tests are never skipped because of it.
 *
 * @param names of the program, the preferred one first
 * @throws if it cannot be installed, with the one line that a person needs
 */
export function commandOrInstall(names: readonly string[], packages: Packages): string {
  return found(names) ?? installed(names, packages);
}

/**
 * Makes sure that the language is drawn in letters, not in boxes. A system without fontconfig (macOS) has fonts for
 * all.
 * @param language by its two-letter code
 */
export function fontOrInstall(language: string, packages: Packages): void {
  const fcList = found(['fc-list']);
  if (fcList === null || hasFont(fcList, language)) return;
  process.stderr.write(`The tests need a font for the language "${language}". Installing it …\n`);
  install(packages);
  if (!hasFont(fcList, language)) throw new Error(`There is no font for "${language}" (apt: ${packages.apt})`);
}

const hasFont = (fcList: string, language: string): boolean =>
  spawnSync(fcList, [`:lang=${language}`, 'family']).stdout.length > 0;

function found(names: readonly string[]): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SERVER_FOLDERS];
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => isExecutable(path)) ?? null;
}

function installed(names: readonly string[], { apt, brew }: Packages): string {
  process.stderr.write(`The tests need ${names.join(' or ')}. Installing it …\n`);
  install({ apt, brew });
  const path = found(names);
  if (path !== null) return path;
  throw new Error(
    `The tests need ${names.join(' or ')}, which is not here and could not be installed. ` +
      `Install it, for example with: sudo apt-get install ${apt}   (macOS: brew install ${brew})`,
  );
}

function install(packages: Packages): void {
  for (const [command, ...args] of stepsToInstall(packages)) {
    // Otherwise apt asks for a time zone, and nobody is there to answer.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync(command!, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  }
}

/** None if the machine has neither package manager. */
function stepsToInstall({ apt, brew }: Packages): string[][] {
  if (found(['apt-get']) !== null) return withApt(apt);
  return found(['brew']) === null ? [] : [['brew', 'install', brew]];
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
    // Missing, or not executable for this user: the search goes on.
    return false;
  }
}
