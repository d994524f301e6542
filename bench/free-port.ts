import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that Linux (from 32,768) and macOS (from 49,152) give to outgoing connections. One of those could be
 * taken while its server is down, even by the client that waits for that server: connected to itself.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_767;

/** The ports that this process has already given away; a server may still be on its way to one. */
const given = new Set<number>();

/** A port of 127.0.0.1 on which nothing listens, for a server that must be given one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
