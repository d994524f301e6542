import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SseReader, type SseTimes } from './sse-reader.js';

const WHOSE = { keyId: 'k', kind: 'merchant' } as const;
const NEVER = 60_000;
const LARGE = { id: 1, reset: { text: 'x'.repeat(1_000_000) } };

const servers: Server[] = [];

afterEach(() => {
  jest.useRealTimers();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A reader, its response, and the client's side of the connection, from which nothing has been read yet. */
async function opened(times?: SseTimes): Promise<{
  reader: SseReader;
  client: IncomingMessage;
  raw: ServerResponse;
}> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
  const request = get({ port: (server.address() as AddressInfo).port });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  const [, raw] = await asked;
  const reader = new SseReader(
    { hijack: () => undefined as never, raw, getHeaders: () => ({}) as never },
    WHOSE,
    times,
  );
  const [client] = await answered;
  client.on('error', () => undefined);
  return { reader, client, raw };
}

/** Writes more than the buffers of the connection hold. */
function fill(reader: SseReader): void {
  for (let i = 0; i < 100; i++) reader.take([LARGE]);
}

describe('a stream of events', () => {
  it('says again and again that it is there', async () => {
    const { client } = await opened({ heartbeatMs: 5, stuckMs: NEVER });
    let text = '';
    for await (const chunk of client) {
      text += String(chunk);
      if (text.endsWith(':\n\n:\n\n')) break;
    }
    expect(text).toMatch(/^retry: 1000\n\n(:\n\n)+$/);
  });

  it('says so every fifteen seconds, where nothing else is asked for', async () => {
    jest.useFakeTimers({ doNotFake: ['Date', 'performance', 'setTimeout', 'setImmediate', 'nextTick'] });
    const { reader, client } = await opened();
    const take = (n: number): boolean => reader.take([{ id: n, reset: {} }]);
    jest.advanceTimersByTime(14_999);
    take(1);
    jest.advanceTimersByTime(1);
    take(2);
    jest.advanceTimersByTime(15_000);
    reader.close();
    let text = '';
    for await (const chunk of client) text += String(chunk);
    expect(text.split('\n\n').map((block) => block.split('\n')[0])).toEqual([
      'retry: 1000',
      'id: 1',
      ':',
      'id: 2',
      ':',
      '',
    ]);
  });

  it('is closed when nobody fetches what it holds', async () => {
    const { reader } = await opened({ heartbeatMs: NEVER, stuckMs: 20 });
    const ended = new Promise<void>((resolve) => reader.onEnd(resolve));
    expect(reader.take([LARGE])).toBe(false);
    fill(reader);
    await ended;
  });

  it('is closed as well when it has ended and nobody fetches the rest', async () => {
    const { reader } = await opened({ heartbeatMs: NEVER, stuckMs: 20 });
    const ended = new Promise<void>((resolve) => reader.onEnd(resolve));
    fill(reader);
    reader.close();
    await ended;
  });

  it('takes nothing any more once it has ended, though the rest has not been fetched', async () => {
    const { reader, raw } = await opened({ heartbeatMs: NEVER, stuckMs: 20 });
    const broken = jest.fn();
    raw.on('error', broken);
    fill(reader);
    reader.close();
    expect(reader.take([{ id: 2, reset: {} }])).toBe(false);
    await once(raw, 'close');
    expect(broken).not.toHaveBeenCalled();
  });

  it('goes on, with room, when a slow reader has fetched it', async () => {
    const { reader, client } = await opened({ heartbeatMs: NEVER, stuckMs: NEVER });
    let isEnded = false;
    reader.onEnd(() => (isEnded = true));
    const room = new Promise<void>((resolve) => reader.onRoom(resolve));
    fill(reader);
    client.resume();
    await room;
    expect([reader.take([{ id: 2, reset: {} }]), isEnded]).toEqual([true, false]);
  });
});
