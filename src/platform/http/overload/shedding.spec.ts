import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RouteOptions } from 'fastify';
import type { CommitEvents } from '../../group-commit/commit-events.js';
import { Books } from '../../group-commit/books.js';
import { until } from '../../../../test/support/wait-for.js';
import { Shedding } from './shedding.js';

const KEYED = { url: '/api/v1/payouts', config: { keyed: true } } as unknown as RouteOptions;

/** Nothing is written here, so that no writes are waiting: at `crowdedAt` 0 these are already too many. */
const booksCrowdedAt = (crowdedAt: number): Books =>
  new Books(
    { connect: () => Promise.reject(new Error('no database')) },
    { lanes: 1, maxBatch: 1, booksPerBatch: 1, crowdedAt },
    {} as CommitEvents,
  );

describe('in front of the framework', () => {
  let server: Server;
  /** The requests that reached the framework. */
  let seen: string[];
  let refused: string[];
  let isLast: boolean;
  /** The answers that the framework sends later. */
  let slow: (() => void)[];
  let sockets: Socket[];

  beforeEach(() => {
    [seen, refused, isLast, slow, sockets] = [[], [], false, [], []];
  });

  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((closed) => server.close(closed));
  });

  async function serve(crowdedAt: number): Promise<void> {
    server = createServer(({ method, url }, response) => {
      seen.push(`${method} ${url}`);
      if (url === '/slow') slow.push(() => response.end());
      else response.end();
    });
    const shedding = new Shedding(booksCrowdedAt(crowdedAt));
    shedding.hooksFor(KEYED);
    shedding.hooksFor({ url: '/api/v1/payouts/:id/cancel' } as RouteOptions);
    shedding.putBefore(server, {
      idOf: ({ headers }: IncomingMessage) => String(headers['x-request-id']),
      refused: ({ url }) => void refused.push(url!),
      endsWithAnswer: () => isLast,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }

  const ask = (path = '/api/v1/payouts', method = 'POST'): Promise<Response> =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, {
      method,
      headers: { 'x-request-id': 'mine' },
    });

  it('what begins something new is refused while too much waits, with the request’s id', async () => {
    await serve(0);
    const answer = await ask();

    expect([answer.status, answer.headers.get('x-request-id'), answer.headers.get('retry-after')]).toEqual([
      503,
      'mine',
      '1',
    ]);
    expect(await answer.json()).toMatchObject({ code: 'overloaded', request_id: 'mine' });
    expect([seen, refused]).toEqual([[], ['/api/v1/payouts']]);
  });

  it('nothing else is: other methods, what has no key, paths that are written in another way', async () => {
    await serve(0);
    const others = ['/api/v1/payouts/1/cancel', '/api/v1/payouts/', '/api/v1/payouts?a=b'];
    await ask('/api/v1/payouts', 'GET');
    for (const path of others) await ask(path);

    expect(seen).toEqual(['GET /api/v1/payouts', ...others.map((path) => `POST ${path}`)]);
    expect(refused).toEqual([]);
  });

  it('nothing is refused while less waits, or where the framework has to close the connection', async () => {
    await serve(1);
    expect((await ask()).status).toBe(200);
    await new Promise((closed) => server.close(closed));

    isLast = true;
    await serve(0);
    expect((await ask()).status).toBe(200);
    expect(seen).toHaveLength(2);
  });

  /** A connection, and the statuses of the answers that have come on it. */
  async function open(): Promise<{ socket: Socket; statuses: () => string[] }> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    let received = '';
    socket.on('data', (bytes) => (received += bytes.toString()));
    return { socket, statuses: () => [...received.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status!) };
  }

  const request = (line: string, body = '', headers = ''): string =>
    `${line} HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;

  it('many requests on one connection are refused, each with its body, and what comes then is answered', async () => {
    await serve(0);
    const { socket, statuses } = await open();
    const refusable = request('POST /api/v1/payouts', '{"amount_paise":100}');

    for (let times = 0; times < 3; times++) {
      // Two in a packet; the body of the third comes in pieces, after its answer.
      socket.write(refusable + refusable + refusable.slice(0, -10));
      await until('three are refused', () => Promise.resolve(refused.length === 3 * (times + 1)));
      socket.write(refusable.slice(-10, -5));
      socket.write(refusable.slice(-5));
    }
    socket.write(request('GET /'));
    await until('all are answered', () => Promise.resolve(statuses().length === 10));

    expect(statuses()).toEqual([...Array<string>(9).fill('503'), '200']);
    expect(seen).toEqual(['GET /']);
  });

  it('a request that comes before the one before it is answered is left to the framework, so that none overtakes', async () => {
    await serve(0);
    const { socket, statuses } = await open();
    socket.write(request('GET /slow') + request('POST /api/v1/payouts'));
    await until('both have come', () => Promise.resolve(seen.length === 2));
    expect(statuses()).toEqual([]);

    slow[0]!();
    await until('both are answered', () => Promise.resolve(statuses().length === 2));
    expect(refused).toEqual([]);
  });

  it('the last request of a connection is left to the framework, which closes it', async () => {
    await serve(0);
    const { socket, statuses } = await open();
    socket.write(request('POST /api/v1/payouts', '', 'Connection: close\r\n'));
    await once(socket, 'close');
    expect([statuses(), seen]).toEqual([['200'], ['POST /api/v1/payouts']]);
  });

  it('who reads no answers is refused no more than fit into the connection', async () => {
    await serve(0);
    const { socket } = await open();
    socket.pause();
    const many = request('POST /api/v1/payouts').repeat(1_000);
    for (let sent = 0; sent < 50_000; sent += 1_000) socket.write(many);
    await until('the service has stopped to read', async () => {
      const before = refused.length;
      await new Promise((passed) => setTimeout(passed, 100));
      return before > 0 && refused.length === before;
    });
    expect(refused.length).toBeLessThan(50_000);
  });
});
