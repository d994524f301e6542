import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './processes.js';
import { BenchRefusal } from './refusal.js';
import { THIS_TREE, type Tree } from './tree.js';

/** npm writes this file last, and the Makefile installs again if it is older than the lock file. */
const INSTALLED = '.package-lock.json';

/**
 * Another commit to compare with: a git worktree in a temporary folder. It uses this tree's packages if both have the
 * same lock file, and this tree's `bench/`, so that both use the same load generator and fill their databases in the
 * same way.
 */
export class OtherCommit implements Tree {
  private constructor(
    readonly name: string,
    readonly folder: string,
  ) {}

  /** @throws BenchRefusal if there is no such commit, or if this tree has uncommitted changes */
  static find(revision: string): { name: string; sha: string } {
    const uncommitted = git('status', '--porcelain').split('\n').filter(Boolean);
    if (uncommitted.length > 0)
      throw new BenchRefusal(
        `--against compares two commits, and these files here are in none: commit or stash them.\n${uncommitted.slice(0, 5).join('\n')}${uncommitted.length > 5 ? '\n…' : ''}`,
      );
    let sha: string;
    try {
      sha = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`).trim();
    } catch {
      throw new BenchRefusal(`--against ${revision}: git knows no such commit. \`git log --oneline\` lists them.`);
    }
    return { sha, name: `${revision} (${sha.slice(0, 7)})` };
  }

  /** Checks it out. Call {@link remove} at the end, whatever happens. */
  static checkOut({ name, sha }: { readonly name: string; readonly sha: string }): OtherCommit {
    const folder = mkdtempSync(join(tmpdir(), 'bahi-bench-commit-'));
    git('worktree', 'add', '--quiet', '--detach', folder, sha);
    return new OtherCommit(name, folder);
  }

  async build(): Promise<void> {
    const lockOf = (folder: string): string => readFileSync(join(folder, 'package-lock.json'), 'utf8');
    if (lockOf(this.folder) === lockOf(THIS_TREE.folder)) this.linkPackages();
    const make = (...args: string[]): Promise<string> =>
      runProgram(args[0]!, args.slice(1), process.env, { cwd: this.folder });
    await make('make', 'build');
    rmSync(join(this.folder, 'bench'), { recursive: true, force: true });
    cpSync(join(THIS_TREE.folder, 'bench'), join(this.folder, 'bench'), { recursive: true });
    await make('node_modules/.bin/swc', 'bench', '--out-dir', 'dist', '--quiet');
  }

  /** May be called twice. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
    git('worktree', 'prune');
  }

  private linkPackages(): void {
    const [from, to] = [join(THIS_TREE.folder, 'node_modules'), join(this.folder, 'node_modules')];
    linkFolder(from, to, new Set(['.cache', INSTALLED]));
    // The dashboard's own packages: those that npm does not install for the whole tree.
    const ofDashboard = join('web', 'node_modules');
    if (existsSync(join(THIS_TREE.folder, ofDashboard)))
      linkFolder(join(THIS_TREE.folder, ofDashboard), join(this.folder, ofDashboard), new Set());
    // A copy, so that its time can be later than that of the lock file, which was just checked out.
    copyFileSync(join(from, INSTALLED), join(to, INSTALLED));
    utimesSync(join(to, INSTALLED), new Date(), new Date());
  }
}

/** Runs in this tree. The caller reports its errors in better words. */
function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: THIS_TREE.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function linkFolder(from: string, to: string, without: ReadonlySet<string> = new Set()): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (without.has(name)) continue;
    const [source, target] = [join(from, name), join(to, name)];
    const kind = lstatSync(source);
    if (kind.isDirectory()) linkFolder(source, target);
    else if (kind.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkFile(source, target);
  }
}

function linkFile(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // Decided: across file systems, or without hard links, files are copied.
    copyFileSync(source, target);
  }
}
