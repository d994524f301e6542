import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { openRedis } from '../../src/platform/redis/redis.js';
import { startOwnRedis } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

const opened: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of opened.splice(0).reverse()) await stop();
});

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
const array = (...items: readonly string[]): string => `*${items.length}\r\n${items.join('')}`;

/** A sentinel as its documentation describes it, which may delay its answer about the master. */
class Sentinel {
  readonly listeners = new Set<Socket>();
  /** The clients that have asked for the master and have no answer yet. */
  readonly waiting: (() => void)[] = [];
  holds = false;

  private constructor(
    private readonly server: Server,
    private readonly masterPort: number,
  ) {}

  static async of(masterPort: number): Promise<Sentinel> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => sentinel.answer(socket, data.toString()));
    });
    const sentinel = new Sentinel(server, masterPort);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    opened.push(() => server.close());
    return sentinel;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  saysThatTheMasterIsAnother(): void {
    const message = array(bulk('message'), bulk('+switch-master'), bulk('payouts-redis 127.0.0.1 1 127.0.0.1 2'));
    for (const listener of this.listeners) listener.write(message);
  }

  private answer(socket: Socket, commands: string): void {
    for (const command of commands.split(/(?=\*\d+\r\n\$)/)) {
      const [name = '', sub = ''] = [...command.matchAll(/\$\d+\r\n(.*)\r\n/g)].map(([, word]) => word!.toLowerCase());
      if (name === 'subscribe') {
        this.listeners.add(socket);
        socket.on('close', () => this.listeners.delete(socket));
        socket.write(array(bulk('subscribe'), bulk('+switch-master'), ':1\r\n'));
      } else if (sub === 'get-master-addr-by-name') {
        const answer = () => socket.write(array(bulk('127.0.0.1'), bulk(`${this.masterPort}`)));
        if (this.holds) this.waiting.push(answer);
        else answer();
      } else socket.write(name === 'sentinel' ? array() : '+OK\r\n');
    }
  }
}

describe('a connection by sentinels', () => {
  it('comes again when they say that the master is another while one of them is asked for it', async () => {
    const master = await startOwnRedis();
    opened.push(() => master.stop());
    const sentinel = await Sentinel.of(master.port);
    const url = `redis+sentinel://127.0.0.1:${sentinel.port}/payouts-redis`;
    const client = openRedis(url, { name: 'test', waitsForServer: true }) as Redis;
    opened.push(() => client.disconnect());
    await until('it listens', () => client.status === 'ready' && sentinel.listeners.size === 1);

    sentinel.holds = true;
    await master.cli.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until('it asks for the master', () => sentinel.waiting.length > 0);
    sentinel.saysThatTheMasterIsAnother();
    await until('what was said is heard', () => sentinel.listeners.size === 0);
    sentinel.holds = false;
    for (const answer of sentinel.waiting) answer();

    await until('it is there again', () => client.status === 'ready');
    expect(await client.ping()).toBe('PONG');
  });
});
