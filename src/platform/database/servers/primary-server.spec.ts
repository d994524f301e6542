import { EventEmitter } from 'node:events';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { PrimaryServer, type TimelineChange } from './primary-server.js';
import type { KnownServer, ServerMemory } from './server-memory.js';
import type { ServerState } from './server-state.js';
import type { Sql } from '../statements/sql.js';

const NO_SQL: Sql = { query: () => Promise.reject(new Error('nothing is asked here')) };

/** The memory that all processes share. */
class SharedMemory implements ServerMemory {
  known: KnownServer | null = null;

  async recall(): Promise<KnownServer | null> {
    return this.known;
  }

  async note(known: KnownServer): Promise<void> {
    this.known = known;
  }

  async forget(): Promise<void> {
    this.known = null;
  }
}

class Connection extends EventEmitter {
  isCut = false;
  readonly connection = { stream: { destroy: () => void (this.isCut = true) } };
}

class Process {
  readonly noted: (TimelineChange & { readonly remembered: number | undefined; readonly changes: number })[] = [];
  readonly primary: PrimaryServer;

  constructor(readonly memory: SharedMemory) {
    this.primary = new PrimaryServer([memory], async (_sql, change) => {
      this.noted.push({ ...change, remembered: memory.known?.timeline, changes: this.primary.changeCount });
    });
  }

  async connect(timeline: number, { systemIdentifier = '7', synchronous = true } = {}): Promise<Connection> {
    const client = new Connection();
    const state: ServerState = { inRecovery: false, readOnly: false, systemIdentifier, timeline, synchronous };
    await this.primary.admit(state, NO_SQL, client as unknown as pg.Client, () => undefined);
    return client;
  }
}

beforeAll(() => Logger.overrideLogger(false));

describe('the server that takes commits', () => {
  it('is the one with the highest timeline that any process has seen', async () => {
    const memory = new SharedMemory();
    const one = new Process(memory);
    const another = new Process(memory);
    await one.connect(1);
    await another.connect(1);
    await another.connect(2);
    await expect(one.connect(1)).rejects.toThrow('is behind: its timeline is 1, but 2 has been seen');
    await one.connect(2);
  });

  it('is of the cluster that was seen first', async () => {
    const memory = new SharedMemory();
    await new Process(memory).connect(1);
    await expect(new Process(memory).connect(3, { systemIdentifier: '8' })).rejects.toThrow(
      'belongs to another cluster',
    );
    await memory.forget();
    await new Process(memory).connect(3, { systemIdentifier: '8' });
  });

  it('changes in the database before it is noted outside, and before anybody has a connection to it', async () => {
    const subject = new Process(new SharedMemory());
    await subject.connect(1, { synchronous: false });
    await subject.connect(2);
    expect(subject.noted).toEqual([
      { systemIdentifier: '7', from: 1, to: 2, wasSynchronous: false, remembered: 1, changes: 1 },
    ]);
    // Later ones, here and elsewhere, note nothing.
    await subject.connect(2);
    const later = new Process(subject.memory);
    await later.connect(2);
    expect([subject.noted.length, later.noted.length]).toEqual([1, 0]);
  });

  it('has changed for a process that starts later and was told of a lower timeline', async () => {
    const memory = new SharedMemory();
    memory.known = { systemIdentifier: '7', timeline: 4, synchronous: true };
    const subject = new Process(memory);
    await subject.connect(5);
    expect(subject.noted).toMatchObject([{ from: 4, to: 5, wasSynchronous: true }]);
  });

  it('is noted by the next connection where the first one could not', async () => {
    const memory = new SharedMemory();
    let fails = true;
    const primary = new PrimaryServer([memory], async () => {
      if (fails) throw new Error('the server has gone again');
    });
    const subject = new Process(memory);
    const connect = (timeline: number) => {
      const state = { inRecovery: false, readOnly: false, systemIdentifier: '7', timeline, synchronous: true };
      return primary.admit(state, NO_SQL, new Connection() as unknown as pg.Client, () => undefined);
    };
    await connect(1);
    await expect(connect(2)).rejects.toThrow('gone again');
    expect(memory.known?.timeline).toBe(1);
    fails = false;
    await connect(2);
    expect(memory.known?.timeline).toBe(2);
    await subject.connect(2);
  });

  it('has all connections: those to a lower timeline are cut', async () => {
    const subject = new Process(new SharedMemory());
    const old = await subject.connect(1);
    const gone = await subject.connect(1);
    gone.emit('end');
    const current = await subject.connect(2);
    expect([old.isCut, gone.isCut, current.isCut]).toEqual([true, false, false]);
  });

  it('is believed to be synchronous as it was at the last look', async () => {
    const subject = new Process(new SharedMemory());
    await subject.connect(1);
    const state = { inRecovery: false, readOnly: false, systemIdentifier: '7', timeline: 1, synchronous: false };
    await subject.primary.observe(state);
    expect(subject.memory.known).toMatchObject({ synchronous: false });
    await subject.connect(2);
    expect(subject.noted).toMatchObject([{ wasSynchronous: false }]);
  });
});
