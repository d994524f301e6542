import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = 'package.json';

/**
 * The folder of this release: that of the nearest package.json above, because the built file lies deeper than the
 * source.
 */
export const HOME = homeAbove(dirname(fileURLToPath(import.meta.url)));

/** The version of this release, from package.json. */
export const RELEASE = versionIn(join(HOME, PACKAGE));

function homeAbove(folder: string): string {
  return existsSync(join(folder, PACKAGE)) || dirname(folder) === folder ? folder : homeAbove(dirname(folder));
}

function versionIn(file: string): string {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : 'unknown';
}
