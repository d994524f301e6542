import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A release's own sources, built with the current packages. */
export interface Release {
  readonly tag: string;
  /** Its `dist/src/main/`. */
  readonly programs: URL;
  remove(): void;
}

/** The newest release before the current checkout, by its tag `v1.2.3`; null if there is no tag, or no git. */
export function previousReleaseTag(): string | null {
  const tags = ['tag', '--list', 'v[0-9]*', '--merged', 'HEAD', '--no-contains', 'HEAD', '--sort=-version:refname'];
  try {
    return /^v\d+\.\d+\.\d+$/m.exec(git(...tags))?.[0] ?? null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * The release's programs run with the current packages: its own may not be available, and they are not what is tested.
 */
export function buildRelease(tag: string): Release {
  const folder = mkdtempSync(join(tmpdir(), 'bahi-release-'));
  const archive = join(folder, 'release.tar');
  git('archive', '--output', archive, tag);
  mkdirSync(join(folder, 'sources'));
  execFileSync('tar', ['-xf', archive, '-C', join(folder, 'sources')]);
  const sources = join(folder, 'sources');
  symlinkSync(join(process.cwd(), 'node_modules'), join(sources, 'node_modules'));
  const build = ['src', 'migrations', '--out-dir', 'dist', '--quiet'];
  execFileSync('node_modules/.bin/swc', build, { cwd: sources, stdio: 'pipe' });
  return {
    tag,
    programs: pathToFileURL(join(sources, 'dist/src/main/')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' });
