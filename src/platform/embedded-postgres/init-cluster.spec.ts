import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { StartupError } from '../config/startup-error.js';
import { assertSameMajor, initdbFailure } from './init-cluster.js';
import type { ServerHome } from './server-home.js';

describe('a database that cannot be made', () => {
  it('names a full disk as the cause', () => {
    const output =
      'running bootstrap script ... FATAL:  could not write to file "pg_wal/xlogtemp.1": No space left on device';
    expect(initdbFailure('/data', output).message).toBe(
      'No space is left on the disk of /data: free some, or set DATA_DIR to a folder on another disk.',
    );
  });

  it('otherwise passes on the last complaint, in one line', () => {
    const output = 'initdb: error: could not access directory "/data": Permission denied\ninitdb: hint: try another\n';
    expect(initdbFailure('/data', output).message).toMatch(
      /^The database cannot be created in \/data \(.*Permission denied\)\. .*DATABASE_URL\.$/,
    );
  });
});

describe('a database of another major version', () => {
  it('is left alone', () => {
    const dir = mkdtempSync(join(tmpdir(), 'bahi-major-'));
    const home = { cluster: join(dir, 'cluster') } as ServerHome;
    const binaries = { initdb: '', postgres: '', major: 18, version: '18.4' };
    mkdirSync(home.cluster);
    writeFileSync(join(home.cluster, 'PG_VERSION'), '17\n');
    expect(() => assertSameMajor(home, binaries)).toThrow(StartupError);
    expect(() => assertSameMajor(home, binaries)).toThrow(/created by PostgreSQL 17, but this is PostgreSQL 18/);
    writeFileSync(join(home.cluster, 'PG_VERSION'), '18\n');
    assertSameMajor(home, binaries);
    rmSync(dir, { recursive: true });
  });
});
