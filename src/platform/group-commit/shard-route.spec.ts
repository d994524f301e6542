import { describe, expect, it } from '@jest/globals';
import type { Connection } from '../database/connections/connection.js';
import { ShardRoute } from './shard-route.js';

/** @param state which the test changes */
function aConnection(isOnShard: boolean, state = { alive: true, isConfirmed: true }): Connection {
  return {
    isOnShard,
    get alive() {
      return state.alive;
    },
    get isConfirmed() {
      return state.isConfirmed;
    },
    close: () => Promise.resolve(void (state.alive = false)),
  } as Connection;
}

const THROUGH_COORDINATOR = aConnection(false);

const database = { connect: () => Promise.resolve(THROUGH_COORDINATOR) };

describe('the route to a shard', () => {
  it('leads through the coordinator until a connection to the node is open', async () => {
    const node = aConnection(true);
    let open!: () => void;
    const opened = new Promise<Connection>((resolve) => (open = () => resolve(node)));
    const route = new ShardRoute(database, { open: () => opened }, '1');
    expect(await route.connect()).toBe(THROUGH_COORDINATOR);
    expect(route.isCurrent(THROUGH_COORDINATOR)).toBe(true);
    open();
    await new Promise(setImmediate);
    expect(route.isCurrent(THROUGH_COORDINATOR)).toBe(false);
    expect(await route.connect()).toBe(node);
    expect(route.isCurrent(node)).toBe(true);
  });

  it('leads through the coordinator again if nobody has confirmed for a while that the node is the right one', async () => {
    const state = { alive: true, isConfirmed: true };
    const node = aConnection(true, state);
    const route = new ShardRoute(database, { open: () => Promise.resolve(node) }, '1');
    route.isCurrent(THROUGH_COORDINATOR);
    await new Promise(setImmediate);
    state.isConfirmed = false;
    expect(route.isCurrent(node)).toBe(false);
    expect(route.isCurrent(THROUGH_COORDINATOR)).toBe(true);
    expect(await route.connect()).toBe(THROUGH_COORDINATOR);
    await route.close();
    expect(node.alive).toBe(false);
  });

  it('is not looked for again at once where the node is not reached', async () => {
    let tries = 0;
    const open = (): Promise<Connection> => Promise.reject(new Error(`refused for the ${++tries}th time`));
    const route = new ShardRoute(database, { open }, '1');
    for (let batch = 0; batch < 5; batch++) {
      expect(route.isCurrent(THROUGH_COORDINATOR)).toBe(true);
      await new Promise(setImmediate);
    }
    expect(tries).toBe(1);
  });
});
