import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version of this release, as package.json has it. */
export const RELEASE = versionOf(dirname(fileURLToPath(import.meta.url)));

/** In the nearest package.json above: the built file lies deeper than the source. */
function versionOf(folder: string): string {
  const file = join(folder, 'package.json');
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  return dirname(folder) === folder ? 'unknown' : versionOf(dirname(folder));
}
