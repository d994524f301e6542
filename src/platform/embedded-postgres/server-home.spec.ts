import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findServerHome, makeServerHome } from './server-home.js';
import { canReach } from './server-user.js';

describe('the home of a server', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'bahi-home-'));
  });

  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('is a folder of the data directory', () => {
    expect(findServerHome(dataDir)).toBeNull();
    const made = makeServerHome(dataDir, null, () => undefined);
    expect(made.dir).toBe(join(dataDir, 'postgres'));
    expect(findServerHome(dataDir)).toEqual(made);
  });

  it('is where the note leads, also after the data directory has moved', () => {
    const elsewhere = join(dataDir, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(dataDir, 'postgres-location.txt'), `The database is in\n${elsewhere}\n`);
    expect(findServerHome(dataDir)?.cluster).toBe(join(elsewhere, 'cluster'));
  });

  it('is not silently created again if the note names a folder that does not exist', () => {
    writeFileSync(join(dataDir, 'postgres-location.txt'), '/nowhere/at/all\n');
    expect(() => findServerHome(dataDir)).toThrow(
      /is in \/nowhere\/at\/all, which is missing: restore it, or delete the note/,
    );
  });

  it('is out of reach for a user who cannot pass a folder above it', () => {
    const nobodyElse = { uid: 54_321, gid: 54_321 };
    chmodSync(dataDir, 0o711);
    expect(canReach(join(dataDir, 'postgres'), nobodyElse)).toBe(true);
    chmodSync(dataDir, 0o700);
    expect(canReach(join(dataDir, 'postgres'), nobodyElse)).toBe(false);
    expect(canReach(join(dataDir, 'postgres'), null)).toBe(true);
  });
});
