import { config } from 'dotenv';
import { SETTINGS } from './settings.js';

/**
 * Adds to the environment what the file `.env` says, if there is one; the environment wins. A setting has two names
 * where it was renamed: what the environment says under either of them replaces what the file says under the other.
 */
export function loadDotenv(environment: NodeJS.ProcessEnv): void {
  const file: Record<string, string> = {};
  config({ quiet: true, processEnv: file });
  const otherNames = new Map(renamed().flatMap(([name, old]) => [[name, old] as const, [old, name] as const]));
  const added = Object.keys(file)
    .filter((name) => environment[name] === undefined)
    .map((name) => [name, environment[otherNames.get(name) ?? name] ?? file[name]] as const);
  Object.assign(environment, Object.fromEntries(added));
}

/** The new name of each setting that has an old one, and the old one. */
function renamed(): [string, string][] {
  const declared = SETTINGS.flatMap((group) => Object.values(group.declared));
  return declared.flatMap(({ name, formerly }): [string, string][] =>
    formerly === undefined ? [] : [[name, formerly]],
  );
}
