import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDirInUse, lockDataDir } from './data-dir-lock.js';

describe('the lock of a data directory', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = join(mkdtempSync(join(tmpdir(), 'bahi-lock-')), 'data');
  });

  afterEach(() => rmSync(join(dataDir, '..'), { recursive: true }));

  it('makes a data directory that is not there yet', async () => {
    expect(existsSync(dataDir)).toBe(false);
    (await lockDataDir(dataDir)).release();
    expect(existsSync(dataDir)).toBe(true);
  });

  it('lets one in and names it to the next', async () => {
    const lock = await lockDataDir(dataDir);
    const refusal = await lockDataDir(dataDir).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DataDirInUse);
    expect((refusal as Error).message).toBe(
      `Another Bahi (process ${process.pid}) is already using the data directory ${dataDir}: ` +
        'stop it first, or set DATA_DIR and PORT for a second one.',
    );
    lock.release();
  });

  it('distinguishes a command at work from a service', async () => {
    const lock = await lockDataDir(dataDir, 'command');
    await expect(lockDataDir(dataDir)).rejects.toMatchObject({ holder: 'command' });
    lock.release();
  });

  it('is free again when it was released, whatever is in its file', async () => {
    (await lockDataDir(dataDir)).release();
    (await lockDataDir(dataDir)).release();
  });

  it('has one winner when many try at the same moment', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => lockDataDir(dataDir)));
    const won = tries.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    won[0]?.value.release();
  });

  it('is not denied to the next one by a holder that is just ending', async () => {
    const lock = await lockDataDir(dataDir);
    const next = lockDataDir(dataDir);
    lock.release();
    (await next).release();
  });
});
