import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries } from '../../src/platform/embedded-postgres/binaries.js';
import { initCluster } from '../../src/platform/embedded-postgres/init-cluster.js';
import { launchPostmaster } from '../../src/platform/embedded-postgres/launch.js';
import { completePasswords, urlsOf } from '../../src/platform/embedded-postgres/passwords.js';
import { stopPostmaster } from '../../src/platform/embedded-postgres/postmaster.js';
import { connected, provision } from '../../src/platform/embedded-postgres/provision.js';
import { makeServerHome } from '../../src/platform/embedded-postgres/server-home.js';
import { serverUserForNewCluster } from '../../src/platform/embedded-postgres/server-user.js';
import { VOLATILE } from '../../src/platform/embedded-postgres/server-settings.js';
import { createDatabaseOn, deleteWhenAbandoned, type TestServer } from './postgres-server.js';

const nothing = (): void => undefined;

/** Where Debian and Ubuntu install libfaketime (package `faketime`). Null if it is not installed. */
export function findFaketime(): string | null {
  const libraries = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  const found = libraries.map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`).filter(existsSync);
  return found[0] ?? null;
}

/** A wall clock that a test sets; the monotonic clock is left alone. */
export class FakeClock {
  constructor(
    private readonly library: string,
    private readonly file: string,
  ) {
    this.set('+0');
  }

  /** @param offset from the machine's clock: `+25h`, `-1m`, `+0` */
  set(offset: string): void {
    writeFileSync(this.file, `${offset}\n`, { mode: 0o644 });
  }

  /** The environment of a process that shall use this clock. */
  get environment(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
  }
}

/** A PostgreSQL whose clock a test sets; without fsync. */
export async function startFaketimeServer(library: string): Promise<TestServer & { readonly clock: FakeClock }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bahi-test-clock-'));
  chmodSync(dataDir, 0o711); // When run as root, the server runs as another user.
  const release = deleteWhenAbandoned(dataDir);
  const clock = new FakeClock(library, join(dataDir, 'clock'));
  const user = await serverUserForNewCluster();
  const home = makeServerHome(dataDir, user, nothing);
  const bundled = await findBinaries(dataDir, user);
  await initCluster(home, bundled, user, true);
  const passwords = completePasswords(home);
  const settings = { ...VOLATILE, listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const binaries = { ...bundled, postgres: join(dataDir, 'postgres-with-clock') };
  const variables = Object.entries(clock.environment).map(([name, value]) => `${name}='${value}'`);
  writeFileSync(binaries.postgres, `#!/bin/sh\nexport ${variables.join(' ')}\nexec '${bundled.postgres}' "$@"\n`, {
    mode: 0o755,
  });
  const { pid, port } = await launchPostmaster({ home, binaries, user, settings, log: nothing });
  const urls = urlsOf(passwords, port);
  await connected(urls.superuserUrl, (client) => provision(client, passwords));
  return {
    clock,
    superuserUrl: urls.superuserUrl,
    createDatabase: () => createDatabaseOn(urls),
    stop: async () => {
      await stopPostmaster(pid, home.cluster, nothing);
      for (const folder of [home.dir, dataDir]) rmSync(folder, { recursive: true, force: true });
      release();
    },
  };
}
