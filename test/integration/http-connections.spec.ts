import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConnectionLimits, Connections } from '../../src/platform/http/overload/connections.js';
import { createHttpApp } from '../../src/platform/http/server/http-app.js';
import { listen } from '../../src/platform/http/server/listen.js';
import { startTestApp, stopTestApp, TestModule } from '../support/http-test-app.js';
import { open } from '../support/http-test-client.js';
import { until } from '../support/wait-for.js';

const ANY_NUMBER = { trustProxy: false, maxConnections: Infinity, maxConnectionsPerAddress: Infinity } as const;
const REQUEST = 'GET /health/live HTTP/1.1\r\nHost: bahi\r\n\r\n';

const opened: Socket[] = [];

afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});

async function connectTo(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  opened.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket.resume();
}

const isClosed = (socket: Socket) => until('it is closed', () => socket.closed || socket.readableEnded);

/** The first line of the answer to one request. */
async function ask(socket: Socket): Promise<string> {
  const answer = once(socket, 'data') as Promise<[Buffer]>;
  socket.write(REQUEST);
  return String((await answer)[0]).split('\r\n', 1)[0]!;
}

describe('a connection that has never sent a request', () => {
  let server: Server;

  beforeAll(async () => {
    server = createServer((_request, response) => response.end('{}'));
    new Connections(server, ANY_NUMBER, 300);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(async () => {
    await new Promise((closed) => server.close(closed));
  });

  it('is closed after a while, also with half a request; one that was answered stays', async () => {
    const { port } = server.address() as AddressInfo;
    const [silent, half, answered] = [await connectTo(port), await connectTo(port), await connectTo(port)];
    half.write(REQUEST.slice(0, 20));
    expect(await ask(answered)).toBe('HTTP/1.1 200 OK');
    await Promise.all([isClosed(silent), isClosed(half)]);
    expect(await ask(answered)).toBe('HTTP/1.1 200 OK');
  });
});

it('a request whose body does not come is refused in time, and its connection closed', async () => {
  const app = await createHttpApp(TestModule, { logger: false, requestTimeoutMs: 300 });
  await listen(app, { port: 0, host: '127.0.0.1' });
  try {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const [slow, answered] = [await connectTo(port), await connectTo(port)];
    expect(await ask(answered)).toBe('HTTP/1.1 200 OK');
    let received = '';
    slow.on('data', (bytes: Buffer) => (received += bytes.toString()));
    slow.write('POST /api/v1/things HTTP/1.1\r\nHost: bahi\r\nX-API-KEY: merchant-key\r\nContent-Length: 9\r\n');
    slow.write('Content-Type: application/json\r\n\r\n{');
    await isClosed(slow);
    expect(received).toMatch(/^HTTP\/1.1 408 /);
    expect(await ask(answered)).toBe('HTTP/1.1 200 OK');
  } finally {
    for (const socket of opened) socket.destroy();
    await app.close();
  }
});

it('a connection whose answers nobody reads is closed', async () => {
  const app = await createHttpApp(TestModule, { logger: false, requestTimeoutMs: 300 });
  await listen(app, { port: 0, host: '127.0.0.1' });
  try {
    const server = app.getHttpServer();
    const count = (): Promise<number> =>
      new Promise((resolve, reject) => server.getConnections((error, open) => (error ? reject(error) : resolve(open))));
    const reader = await connectTo((server.address() as AddressInfo).port);
    reader.pause();
    // More than the operating system buffers for it.
    reader.write('GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: bahi\r\n\r\n'.repeat(30));
    await until('it is there', async () => (await count()) === 1);
    await until('it is closed', async () => (await count()) === 0);
  } finally {
    for (const socket of opened) socket.destroy();
    await app.close();
  }
});

describe('one connection too many', () => {
  async function withLimits(limits: Partial<ConnectionLimits>, test: (port: number) => Promise<void>): Promise<void> {
    const app = await createHttpApp(TestModule, { logger: false, limits: { ...ANY_NUMBER, ...limits } });
    await listen(app, { port: 0, host: '127.0.0.1' });
    await test((app.getHttpServer().address() as AddressInfo).port);
    for (const socket of opened) socket.destroy();
    await app.close();
  }

  it.each([
    ['in all', { maxConnections: 3 }],
    ['from one address', { maxConnectionsPerAddress: 3 }],
    ['from one address that is no proxy of ours', { maxConnectionsPerAddress: 3, trustProxy: '10.0.0.0/8' }],
  ])('%s takes the place of the oldest silent one', (_what, limits) =>
    withLimits(limits, async (port) => {
      const [busy, oldest, younger] = [await connectTo(port), await connectTo(port), await connectTo(port)];
      await ask(busy);
      const next = await connectTo(port);
      await isClosed(oldest);
      for (const socket of [busy, younger, next]) expect(await ask(socket)).toBe('HTTP/1.1 200 OK');
    }),
  );

  it('is refused where all others are in use, and welcome when one of them has gone', () =>
    withLimits({ maxConnections: 2 }, async (port) => {
      const [first, second] = [await connectTo(port), await connectTo(port)];
      for (const socket of [first, second]) await ask(socket);
      const third = await connectTo(port);
      expect(await ask(third)).toBe('HTTP/1.1 503 Service Unavailable');
      await isClosed(third);
      first.destroy();
      await until('there is room', async () => (await ask(await connectTo(port))) === 'HTTP/1.1 200 OK');
    }));

  it('from one address leaves others theirs', () =>
    withLimits({ maxConnectionsPerAddress: 1 }, async (port) => {
      await ask(await connectTo(port));
      expect(await ask(await connectTo(port))).toBe('HTTP/1.1 503 Service Unavailable');
      expect(await ask(await connectTo(port, '127.0.0.2'))).toBe('HTTP/1.1 200 OK');
    }));

  it.each(['127.0.0.0/8', 'loopback', 1])('is none from a proxy that is trusted: %s', (trustProxy) =>
    withLimits({ maxConnectionsPerAddress: 1, trustProxy }, async (port) => {
      for (let i = 0; i < 3; i++) expect(await ask(await connectTo(port))).toBe('HTTP/1.1 200 OK');
    }),
  );
});

describe('requests whose connection is reset before their answers', () => {
  beforeAll(startTestApp);
  afterAll(stopTestApp);

  /** How many open files of this process are in this folder. */
  const openFilesOf = (folder: string): number =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).includes(folder);
      } catch {
        return false;
      }
    }).length;

  it('leave no file open', async () => {
    const asset = 'GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: bahi\r\n\r\n';
    for (let i = 0; i < 50; i++) {
      const socket = await open();
      socket.write(asset + asset);
      await once(socket, 'readable');
      socket.resetAndDestroy();
    }
    await until('none is open', () => openFilesOf('swagger-ui') === 0);
  });
});
