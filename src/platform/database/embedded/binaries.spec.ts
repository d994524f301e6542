import { mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findBinaries, linkLibraries } from './binaries.js';
import { serverUserForNewCluster } from './server-user.js';

describe('the bundled programs', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bahi-binaries-'));
    mkdirSync(join(folder, 'native', 'lib'), { recursive: true });
    const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' };
    writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify([link]));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('are PostgreSQL 14 or newer', async () => {
    const { major, version } = await findBinaries(folder, await serverUserForNewCluster());
    expect(major).toBeGreaterThanOrEqual(14);
    expect(version).toMatch(new RegExp(`^${major}\\.\\d+$`));
  });

  it('get the library links that an install script would have made, once', () => {
    linkLibraries(folder);
    linkLibraries(folder);
    expect(readlinkSync(join(folder, 'native', 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
  });
});
