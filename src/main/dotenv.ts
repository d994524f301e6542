import { config } from 'dotenv';
import { SETTINGS } from './settings.js';

/**
 * Adds the variables of the file `.env`, if there is one, to the environment; the environment wins. A setting that was
 * renamed has two names: a value in the environment under either name replaces a value in the file under the other.
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

/** Pairs of the new and the old name of each setting that was renamed. */
function renamed(): [string, string][] {
  const declared = SETTINGS.flatMap((group) => Object.values(group.declared));
  return declared.flatMap(({ name, formerly }): [string, string][] =>
    formerly === undefined ? [] : [[name, formerly]],
  );
}
