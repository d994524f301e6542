import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findPostmaster, killPostmaster, readPidFile, runsOn, stopPostmaster } from './postmaster.js';

describe('the process id in postmaster.pid', () => {
  let cluster: string;
  const write = (...lines: (string | number)[]): void =>
    writeFileSync(join(cluster, 'postmaster.pid'), lines.join('\n'));

  beforeAll(() => {
    cluster = mkdtempSync(join(tmpdir(), 'bahi-postmaster-'));
  });

  afterAll(() => rmSync(cluster, { recursive: true }));

  it('is read with port and status, which come later', () => {
    expect(readPidFile(cluster)).toBeNull();
    write(4711);
    expect(readPidFile(cluster)).toEqual({ pid: 4711, port: 0, status: '' });
    write(4711, cluster, 1763712000, 5433, '', '127.0.0.1', '  5432001         3', 'ready   ', '');
    expect(readPidFile(cluster)).toEqual({ pid: 4711, port: 5433, status: 'ready' });
  });

  it('may belong to another program by now, which is neither used nor ended', async () => {
    write(process.pid, cluster, 1763712000, 5433, '', '127.0.0.1', '', 'ready   ', '');
    expect(await runsOn(process.pid, cluster)).toBe(false);
    expect(await findPostmaster(cluster)).toBeNull();
    await stopPostmaster(process.pid, cluster, () => undefined);
    await killPostmaster(process.pid, cluster);
  });
});
