import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { PrimaryServer } from '../servers/primary-server.js';
import type { Connection } from './connection.js';
import type { Database } from './database.js';
import { NodeCheck } from './node-check.js';

const NODE = { group: 1, host: 'node', port: 5432 };

const STATE = { in_recovery: false, read_only: false, synchronous: true, system_identifier: '7', timeline: '3' };

/** A connection of this process, and whether it was cut. */
function aClient(session: string): { readonly client: pg.Client; readonly stream: { cut: boolean } } {
  const stream = { cut: false, destroy: () => void (stream.cut = true) };
  const client = Object.assign(new EventEmitter(), {
    connection: { stream },
    query: () => Promise.resolve({ rows: [{ session }] }),
  });
  return { client: client as unknown as pg.Client, stream };
}

describe('the check of a node', () => {
  const there = new Set<string>();
  const state = { ...STATE };
  let check: NodeCheck;

  /** What the node answers to the coordinator. */
  const answer = (text: string): unknown[] =>
    text.includes('pg_stat_activity') ? [...there].map((session) => ({ session })) : [state];

  const connection = {
    alive: true,
    command: () => Promise.resolve('SET'),
    query: (_: string, values: readonly string[]) =>
      Promise.resolve([{ success: true, result: JSON.stringify(answer(values[2]!)) }]),
    close: () => Promise.resolve(),
  } as unknown as Connection;

  const database = { connect: () => Promise.resolve(connection) } as unknown as Database;

  const aCheck = (): NodeCheck =>
    (check = new NodeCheck(NODE, new PrimaryServer([], () => Promise.resolve()), database));

  afterEach(async () => {
    there.clear();
    Object.assign(state, STATE);
    await check.close();
  });

  it('lets a connection be used that the node has', async () => {
    there.add('1 100');
    const confirmed = await aCheck().admit(aClient('1 100').client);
    expect(confirmed()).toBe(true);
  });

  it('refuses one that leads to another server, which may have a session of the same number', async () => {
    there.add('1 200');
    const { client, stream } = aClient('1 100');
    await expect(aCheck().admit(client)).rejects.toThrow('another server from here than from the coordinator');
    expect(stream.cut).toBe(true);
  });

  it('cuts one that the node has no more, and leaves the others', async () => {
    there.add('1 100');
    const old = aClient('1 100');
    const other = aClient('2 200');
    await aCheck().admit(old.client);
    // Another server answers at the address.
    there.clear();
    there.add('2 200');
    await check.admit(other.client);
    expect([old.stream.cut, other.stream.cut]).toEqual([true, false]);
  });

  it.each([
    ['takes no writes', { read_only: true }],
    ['does not say which server it is', { system_identifier: null }],
    ['is another cluster', { system_identifier: '8' }],
    ['is behind', { timeline: '2' }],
  ])('cuts all when the node %s', async (_, change) => {
    there.add('1 100').add('2 200');
    const one = aClient('1 100');
    const other = aClient('2 200');
    await aCheck().admit(one.client);
    Object.assign(state, change);
    await expect(check.admit(other.client)).rejects.toThrow('The server is refused');
    expect([one.stream.cut, other.stream.cut]).toEqual([true, true]);
  });
});
