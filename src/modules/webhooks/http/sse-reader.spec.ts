import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SseReader, type SseTimes } from './sse-reader.js';

const WHOSE = { keyId: 'k', kind: 'merchant' } as const;
const NEVER = 60_000;
const LARGE = { id: 1, reset: { text: 'x'.repeat(1_000_000) } };

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A reader, and the connection as its client has it, of which nothing is read yet. */
async function opened(times: SseTimes): Promise<{ reader: SseReader; client: IncomingMessage }> {
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
  return { reader, client };
}

/** As much as the connection holds. */
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

  it('is closed when nobody fetches what it holds', async () => {
    const { reader } = await opened({ heartbeatMs: NEVER, stuckMs: 20 });
    const ended = new Promise<void>((resolve) => reader.onEnd(resolve));
    expect(reader.take([LARGE])).toBe(false);
    fill(reader);
    await ended;
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
