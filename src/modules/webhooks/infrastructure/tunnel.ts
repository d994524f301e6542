import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { OutgoingFailure, timedOut } from './outgoing-failure.js';

/** Short, because the proxy is near. */
const REACH_MS = 3_000;

/**
 * Opens a connection through an HTTP proxy (RFC 9110 §9.3.6). The proxy is given an address instead of a name: it would
 * look a name up itself, and might find another address.
 * @param timeoutMs how long the proxy may take to open it
 * @throws OutgoingFailure, which says whose fault it was
 */
export function openTunnel(
  proxy: URL,
  target: { readonly address: string; readonly port: number },
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Socket> {
  const { address, port } = target;
  const path = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  const isTls = proxy.protocol === 'https:';
  return new Promise((resolve, reject) => {
    let isReached = false;
    const connecting = (isTls ? https : http).request({
      method: 'CONNECT',
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (isTls ? 443 : 80),
      path,
      headers: { host: path, ...credentialsOf(proxy) },
      agent: false,
      signal,
    });
    const overdue = (): void => void connecting.destroy(timedOut());
    const timers = [setTimeout(overdue, timeoutMs), setTimeout(() => isReached || overdue(), REACH_MS)];
    connecting.on('socket', (socket) => socket.once(isTls ? 'secureConnect' : 'connect', () => (isReached = true)));
    connecting.on('close', () => timers.forEach(clearTimeout));
    connecting.on('error', (error) => {
      if (!isReached) reject(new OutgoingFailure('our proxy cannot be reached', 'egress'));
      else if (signal.aborted) reject(signal.reason as Error);
      else reject(error instanceof OutgoingFailure ? error : new OutgoingFailure('our proxy has broken off', 'own'));
    });
    connecting.on('connect', ({ statusCode }, socket: Socket) => {
      // The HTTP client no longer listens for errors, and TLS does not yet.
      socket.on('error', () => undefined);
      const failure = failureOfAnswer(statusCode!);
      if (failure === null) return resolve(socket);
      socket.destroy();
      reject(failure);
    });
    connecting.end();
  });
}

/** @returns null when the tunnel is open */
function failureOfAnswer(status: number): OutgoingFailure | null {
  if (status >= 200 && status < 300) return null;
  // The proxy could not connect, or got no answer; Squid says 503 for both.
  if ([502, 503, 504].includes(status)) return new OutgoingFailure('unreachable');
  if (status === 407) return new OutgoingFailure('our proxy does not know us', 'egress');
  // The proxy has a rule against this address or port; others may be allowed.
  if (status >= 400 && status < 500) return new OutgoingFailure('our proxy refuses this address', 'own');
  return new OutgoingFailure('our proxy does not work', 'egress');
}

function credentialsOf({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
