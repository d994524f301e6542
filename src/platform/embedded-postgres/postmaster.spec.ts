import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  commandByPs,
  findPostmaster,
  killPostmaster,
  killWithChildren,
  readPidFile,
  runsOn,
  stopPostmaster,
} from './postmaster.js';

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

describe('a process with a child that has ended, and that nobody has waited for', () => {
  let parent: ChildProcess;
  let child: number;

  beforeAll(async () => {
    // The program that replaces the shell does not know of the child.
    parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 600 3<&-'], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    const [said] = (await once(parent.stdout!, 'data')) as [Buffer];
    child = Number(said.toString());
    while ((await commandByPs(parent.pid!)).trim() !== 'sleep 600') await pause(20);
    (parent.stdio[3] as Writable).end();
    while ((await commandByPs(child)) !== '') await pause(20);
  });

  afterAll(() => void parent.kill('SIGKILL'));

  it('is a zombie, which counts as ended', async () => {
    expect(() => process.kill(child, 0)).not.toThrow();
    expect(await commandByPs(parent.pid!)).toMatch(/sleep 600/);
  });

  it('is killed without waiting for the child', async () => {
    const ended = once(parent, 'exit');
    await killWithChildren(parent.pid!);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });
});
