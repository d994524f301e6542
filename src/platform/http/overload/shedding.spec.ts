import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RouteOptions } from 'fastify';
import type { CommitEvents } from '../../group-commit/commit-events.js';
import { Books } from '../../group-commit/books.js';
import { Shedding } from './shedding.js';

const KEYED = { url: '/api/v1/payouts', config: { keyed: true } } as unknown as RouteOptions;

/** Nothing is written here: 0 waiting writes are too many already, or are not. */
const booksCrowdedAt = (crowdedAt: number): Books =>
  new Books(
    { connect: () => Promise.reject(new Error('no database')) },
    { lanes: 1, maxBatch: 1, booksPerBatch: 1, crowdedAt },
    {} as CommitEvents,
  );

describe('in front of the framework', () => {
  let server: Server;
  /** What came to the framework. */
  let seen: string[];
  let refused: string[];
  let isLast: boolean;

  beforeEach(() => {
    [seen, refused, isLast] = [[], [], false];
  });

  afterEach(() => new Promise((closed) => server.close(closed)));

  async function serve(crowdedAt: number): Promise<void> {
    server = createServer(({ method, url }, response) => {
      seen.push(`${method} ${url}`);
      response.end();
    });
    const shedding = new Shedding(booksCrowdedAt(crowdedAt));
    shedding.hooksFor(KEYED);
    shedding.hooksFor({ url: '/api/v1/payouts/:id/cancel' } as RouteOptions);
    shedding.putBefore(server, {
      idOf: ({ headers }: IncomingMessage) => headers['x-request-id'] as string,
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
      ...[503, 'mine', '1'],
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
});
