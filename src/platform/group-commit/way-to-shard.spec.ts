import { describe, expect, it } from '@jest/globals';
import type { Connection } from '../database/connections/connection.js';
import { WayToShard } from './way-to-shard.js';

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

describe('the way to a shard', () => {
  it('leads through the coordinator until a connection to the node has been opened beside it', async () => {
    const node = aConnection(true);
    let open!: () => void;
    const opened = new Promise<Connection>((resolve) => (open = () => resolve(node)));
    const way = new WayToShard(database, { open: () => opened }, '1');
    expect(await way.connect()).toBe(THROUGH_COORDINATOR);
    expect(way.isCurrent(THROUGH_COORDINATOR)).toBe(true);
    open();
    await new Promise(setImmediate);
    expect(way.isCurrent(THROUGH_COORDINATOR)).toBe(false);
    expect(await way.connect()).toBe(node);
    expect(way.isCurrent(node)).toBe(true);
  });

  it('leaves a node of which nobody has confirmed for a while that it is the one', async () => {
    const state = { alive: true, isConfirmed: true };
    const node = aConnection(true, state);
    const way = new WayToShard(database, { open: () => Promise.resolve(node) }, '1');
    way.isCurrent(THROUGH_COORDINATOR);
    await new Promise(setImmediate);
    state.isConfirmed = false;
    expect(way.isCurrent(node)).toBe(false);
    expect(way.isCurrent(THROUGH_COORDINATOR)).toBe(true);
    expect(await way.connect()).toBe(THROUGH_COORDINATOR);
    await way.close();
    expect(node.alive).toBe(false);
  });

  it('is not looked for again at once where the node is not reached', async () => {
    let tries = 0;
    const open = (): Promise<Connection> => Promise.reject(new Error(`refused for the ${++tries}th time`));
    const way = new WayToShard(database, { open }, '1');
    for (let batch = 0; batch < 5; batch++) {
      expect(way.isCurrent(THROUGH_COORDINATOR)).toBe(true);
      await new Promise(setImmediate);
    }
    expect(tries).toBe(1);
  });
});
