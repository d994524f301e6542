import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { hookUrl, type UrlRules } from '../domain/hook-url.js';
import { WebhookUrlRefused } from '../domain/refusals.js';
import { isLoopback, isPublic } from './public-addresses.js';
import { openTunnel } from './tunnel.js';

/** From the look-up of the name to the answer's end. */
const TIMEOUT_MS = 10_000;

/** Nobody needs more of an answer than that it came; what is longer is not read to its end. */
const MAX_READ_BYTES = 64 * 1_024;
const MAX_KEPT_BYTES = 1_024;

type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

export interface OutgoingOptions extends UrlRules {
  /** An HTTP proxy, by which everything goes that does not stay on this machine. */
  readonly proxy: URL | null;
  readonly timeoutMs?: number;
  /** Left out: the system's resolver. */
  readonly resolve?: Resolve;
  /** Who signs receivers' certificates. Left out: those whom Node trusts. */
  readonly ca?: string;
}

interface OutgoingAnswer {
  readonly statusCode: number;
  /** At most 1 kB of it. */
  readonly beginning: Buffer;
}

/** A way that was looked at: nothing is connected to but these addresses. */
interface CheckedWay {
  readonly url: URL;
  readonly addresses: readonly LookupAddress[];
}

interface Opened {
  readonly request: http.ClientRequest;
  readonly tunnel?: Socket;
}

/**
 * POST to an address that somebody else has chosen. Its name is resolved once, each address that comes back is looked
 * at, and the connection goes to one of these: what the name says a moment later plays no part. No redirect is followed.
 */
export class OutgoingPost {
  private readonly resolve: Resolve;
  private readonly timeoutMs: number;

  constructor(private readonly options: OutgoingOptions) {
    this.resolve = options.resolve ?? ((name) => lookup(name, { all: true, verbatim: true }));
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  }

  /** @throws WebhookUrlRefused */
  async check(address: string): Promise<void> {
    await this.wayTo(address, AbortSignal.timeout(this.timeoutMs));
  }

  /**
   * @throws WebhookUrlRefused before anything is connected
   * @throws Error when no answer began in time, or the connection failed
   */
  async post(address: string, headers: Readonly<Record<string, string>>, body: string): Promise<OutgoingAnswer> {
    const signal = AbortSignal.timeout(this.timeoutMs);
    const way = await this.wayTo(address, signal);
    const { request, tunnel } = await this.open(way, signal);
    try {
      return await answerOf(request, headers, body, signal);
    } finally {
      request.destroy();
      // What TLS was put upon does not end with it.
      tunnel?.destroy();
    }
  }

  private async wayTo(address: string, signal: AbortSignal): Promise<CheckedWay> {
    const url = hookUrl(address, this.options);
    if (typeof url === 'string') throw new WebhookUrlRefused(url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const family = isIP(host);
    const addresses = family === 0 ? await this.resolved(host, signal) : [{ address: host, family }];
    const { allowLoopback } = this.options;
    const isAllowed = ({ address }: LookupAddress): boolean =>
      (allowLoopback && isLoopback(address)) || (url.protocol === 'https:' && isPublic(address));
    // Each of them: one private address beside a public one is no accident that anybody should profit from.
    if (addresses.length > 0 && addresses.every(isAllowed)) return { url, addresses };
    throw new WebhookUrlRefused('The url must lead to a public address.');
  }

  private async resolved(name: string, signal: AbortSignal): Promise<readonly LookupAddress[]> {
    const failed = (): never => {
      throw new WebhookUrlRefused('The name in the url cannot be resolved.');
    };
    // A look-up cannot be broken off: only the waiting ends.
    const overdue = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(timedOut())));
    overdue.catch(() => undefined);
    return Promise.race([this.resolve(name).catch(failed), overdue]);
  }

  private async open({ url, addresses }: CheckedWay, signal: AbortSignal): Promise<Opened> {
    const { proxy, ca } = this.options;
    const options: https.RequestOptions = { method: 'POST', agent: false, signal, lookup: pinnedTo(addresses), ca };
    const staysHere = addresses.every(({ address }) => isLoopback(address));
    if (url.protocol === 'http:') return { request: http.request(url, options) };
    if (proxy === null || staysHere) return { request: https.request(url, options) };
    const tunnel = await openTunnel(proxy, addresses[0]!.address, Number(url.port || 443), signal);
    // TLS to the receiver itself, by its own name: the proxy carries what it cannot read.
    return { request: https.request(url, { ...options, socket: tunnel } as https.RequestOptions), tunnel };
  }
}

/** What Node asks where to connect to, again for each connection: always these. */
function pinnedTo(addresses: readonly LookupAddress[]): LookupFunction {
  return (_name, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first!.address, first!.family);
  };
}

function answerOf(
  request: http.ClientRequest,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<OutgoingAnswer> {
  return new Promise((resolve, reject) => {
    request.on('error', (error) => reject(signal.aborted ? timedOut() : error));
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new Error('the answer switches protocols'));
    });
    request.on('response', (response) => void beginningOf(response).then(resolve));
    const bytes = Buffer.from(body);
    for (const [name, value] of Object.entries({ ...headers, 'content-length': String(bytes.length) }))
      request.setHeader(name, value);
    request.end(bytes);
  });
}

/** The status is the answer. A body that breaks off, takes too long or has no end takes nothing of it back. */
async function beginningOf(response: http.IncomingMessage): Promise<OutgoingAnswer> {
  const kept: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (length < MAX_KEPT_BYTES) kept.push(chunk);
      length += chunk.length;
      if (length >= MAX_READ_BYTES) break;
    }
  } catch {
    // What came until then is what there is.
  }
  response.destroy();
  return { statusCode: response.statusCode!, beginning: Buffer.concat(kept).subarray(0, MAX_KEPT_BYTES) };
}

function timedOut(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
}
