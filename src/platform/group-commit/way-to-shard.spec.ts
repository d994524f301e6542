import { describe, expect, it } from '@jest/globals';
import type { Connection } from '../database/connections/connection.js';
import type { ShardPlace } from '../database/shards/shard-place.js';
import { WayToShard } from './way-to-shard.js';

const placeAt = (port: number): ShardPlace => ({ host: 'node', port, tables: { books: '1' } });

const THROUGH_COORDINATOR = {} as Connection;
const STRAIGHT = {} as Connection;

const connect = (): Promise<Connection> => Promise.resolve(THROUGH_COORDINATOR);

describe('the way to a shard', () => {
  it('is straight to its node, and another one once the node has another address', async () => {
    const asked: number[] = [];
    let place = placeAt(1);
    const connectToShard = ({ port }: ShardPlace): Promise<Connection> => {
      asked.push(port);
      return Promise.resolve(STRAIGHT);
    };
    const way = new WayToShard({ connect, connectToShard }, { placeOf: () => place }, '1');
    expect(await way.connect()).toBe(STRAIGHT);
    expect(await way.isCurrent()).toBe(true);
    place = placeAt(2);
    expect(await way.isCurrent()).toBe(false);
    await way.connect();
    expect([asked, await way.isCurrent()]).toEqual([[1, 2], true]);
  });

  it('looks whether that is so before it says that a connection is as good as another', async () => {
    let place = placeAt(1);
    const upToDate = (): Promise<void> => Promise.resolve(void (place = placeAt(2)));
    const shards = { placeOf: () => place, upToDate };
    const way = new WayToShard({ connect, connectToShard: () => Promise.resolve(STRAIGHT) }, shards, '1');
    await way.connect();
    expect(await way.isCurrent()).toBe(false);
  });

  it('leads through the coordinator where the node is not reached', async () => {
    const connectToShard = (): Promise<Connection> => Promise.reject(new Error('refused'));
    const way = new WayToShard({ connect, connectToShard }, { placeOf: () => placeAt(1) }, '1');
    expect(await way.connect()).toBe(THROUGH_COORDINATOR);
    expect(await way.isCurrent()).toBe(true);
  });

  it.each([
    ['for administrators', { connect }],
    ['behind a pooler', { connect, connectToShard: () => Promise.resolve(STRAIGHT), pooled: true }],
  ])('leads through the coordinator %s', async (_, database) => {
    const way = new WayToShard(database, { placeOf: () => placeAt(1) }, '1');
    expect(await way.connect()).toBe(THROUGH_COORDINATOR);
  });
});
