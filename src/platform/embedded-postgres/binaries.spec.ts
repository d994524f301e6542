import { chmodSync, existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findBinaries } from './binaries.js';
import { SHARED_FOLDER } from './server-home.js';
import { serverUserForNewCluster } from './server-user.js';
import type { ServerUser } from './server-user.js';

const VERSION = '18.4.0-spec';
const LIBRARY = join('native', 'lib', 'libpq.so.5');

/** Runs only with its library link in place, like the real programs. */
const PROGRAM = `#!/bin/sh
test -L "$(dirname "$0")/../lib/libpq.so.5" || { echo 'libpq.so.5: cannot open shared object file' >&2; exit 127; }
echo 'postgres (PostgreSQL) 18.4'
`;

describe('the bundled programs', () => {
  let folder: string;
  let packaged: string;
  let user: ServerUser | null;

  /** A package as npm unpacks it without running its install script. */
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bahi-binaries-'));
    chmodSync(folder, 0o755);
    packaged = join(folder, 'package');
    for (const part of ['bin', 'lib']) mkdirSync(join(packaged, 'native', part), { recursive: true });
    writeFileSync(join(packaged, 'package.json'), JSON.stringify({ version: VERSION }));
    for (const name of ['initdb', 'postgres']) {
      writeFileSync(join(packaged, 'native', 'bin', name), PROGRAM, { mode: 0o755 });
    }
    const link = { source: 'native/lib/libpq.so.5.18', target: LIBRARY };
    writeFileSync(join(packaged, 'native', 'pg-symlinks.json'), JSON.stringify([link]));
    user = await serverUserForNewCluster();
  });

  afterEach(() => {
    chmodSync(join(packaged, 'native', 'lib'), 0o755);
    rmSync(folder, { recursive: true });
    if (user) rmSync(join(SHARED_FOLDER, `postgresql-${VERSION}`), { recursive: true, force: true });
  });

  it('are PostgreSQL 14 or newer', async () => {
    const { major, version } = await findBinaries(folder, user);
    expect(major).toBeGreaterThanOrEqual(14);
    expect(version).toMatch(new RegExp(`^${major}\\.\\d+$`));
  });

  it('get the library links that an install script would have made', async () => {
    const { postgres } = await findBinaries(folder, user, packaged);
    expect(postgres).toBe(join(packaged, 'native', 'bin', 'postgres'));
    expect(readlinkSync(join(packaged, LIBRARY))).toBe('libpq.so.5.18');
    expect(await findBinaries(folder, user, packaged)).toEqual({
      postgres,
      initdb: expect.any(String),
      major: 18,
      version: '18.4',
    });
  });

  it('are copied with their links when the server cannot use them where they are', async () => {
    // Root can write anywhere, but its server runs as another user; an ordinary user may have read-only access to the
    // package.
    chmodSync(user ? packaged : join(packaged, 'native', 'lib'), user ? 0o700 : 0o555);
    const copy = join(user ? SHARED_FOLDER : folder, `postgresql-${VERSION}`);
    const { postgres } = await findBinaries(folder, user, packaged);
    expect(postgres).toBe(join(copy, 'native', 'bin', 'postgres'));
    expect(readlinkSync(join(copy, LIBRARY))).toBe('libpq.so.5.18');
  });

  it('that are broken everywhere lead to a server of your own', async () => {
    for (const name of ['initdb', 'postgres']) {
      writeFileSync(join(packaged, 'native', 'bin', name), '#!/bin/sh\necho "wrong format" >&2; exit 1\n');
    }
    await expect(findBinaries(folder, user, packaged)).rejects.toThrow(
      /^The bundled PostgreSQL does not run here \(wrong format\): set DATABASE_URL/,
    );
  });

  it('that lack their loader are not copied in vain', async () => {
    for (const name of ['initdb', 'postgres']) {
      writeFileSync(join(packaged, 'native', 'bin', name), '#!/lib/ld-musl-none.so\n');
    }
    await expect(findBinaries(folder, user, packaged)).rejects.toThrow(/does not run here \(ENOENT /);
    expect(existsSync(join(user ? SHARED_FOLDER : folder, `postgresql-${VERSION}`))).toBe(false);
  });
});
