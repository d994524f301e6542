import type { LookupAddress } from 'node:dns';
import { setMaxListeners } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { type BlockList, isIP, type LookupFunction, type Socket } from 'node:net';
import { networksOf, reachOf } from '../../../platform/config/config.public.js';
import { hookUrl, type UrlRules } from '../domain/hook-url.js';
import { WebhookUrlRefused } from '../domain/refusals.js';
import { answerOf, type OutgoingAnswer } from './answer-of.js';
import { lookUp } from './name-look-up.js';
import { failureOf, OutgoingFailure, timedOut } from './outgoing-failure.js';
import { openTunnel } from './tunnel.js';

/** From the look-up of the name to the end of the answer. */
const TIMEOUT_MS = 10_000;

/** If a name has more addresses, only so many are tried, as far as there is time. */
const MAX_ADDRESSES = 4;

/** Node's default, a quarter of a second, is too short for distant servers. */
const ADDRESS_TIMEOUT_MS = 2_000;

/** The same sentence whether a name is private or unknown, so that nobody can find out which internal names exist. */
const NOT_PUBLIC = 'The url must lead to a public address.';

export interface OutgoingOptions extends UrlRules {
  /** An HTTP proxy, through which everything goes that does not stay on this machine. */
  readonly proxy: URL | null;
  /** Public networks to which nothing is sent. */
  readonly refusedNetworks?: readonly string[];
  /** Nothing is sent to these names, or to names below them. */
  readonly refusedHosts?: readonly string[];
  readonly timeoutMs?: number;
  /** Left out: {@link lookUp}. */
  readonly resolve?: (name: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;
  /** The authority that signs receivers' certificates. Left out: those that Node trusts. */
  readonly ca?: string;
}

/** A URL whose addresses were checked: only these are connected to. */
interface CheckedWay {
  readonly url: URL;
  readonly addresses: readonly LookupAddress[];
}

interface Opened {
  readonly request: http.ClientRequest;
  readonly tunnel?: Socket;
}

/**
 * POST to an address that somebody else has chosen. Its name is resolved once, each address in the result is checked,
 * and the connection goes to one of them: if the name changes a moment later, that has no effect. Redirects are not
 * followed.
 */
export class OutgoingPost {
  private readonly timeoutMs: number;
  private readonly refusedNetworks: BlockList;

  constructor(private readonly options: OutgoingOptions) {
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.refusedNetworks = networksOf(options.refusedNetworks ?? []);
  }

  /** @throws WebhookUrlRefused, also when the name is not resolved in time */
  async check(address: string): Promise<void> {
    try {
      await this.within(undefined, (signal) => this.wayTo(address, signal));
    } catch (error) {
      throw error instanceof OutgoingFailure ? new WebhookUrlRefused(NOT_PUBLIC) : error;
    }
  }

  /**
   * @param stop breaks it off
   * @throws WebhookUrlRefused before a connection is made
   * @throws OutgoingFailure when no answer began in time, or the connection failed
   */
  post(
    address: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    stop?: AbortSignal,
  ): Promise<OutgoingAnswer> {
    return this.within(stop, async (signal) => {
      const { request, tunnel } = await this.open(await this.wayTo(address, signal), headers, signal);
      try {
        return await answerOf(request, Buffer.from(body), signal);
      } finally {
        request.destroy();
        // Closing the TLS stream does not close the socket underneath it.
        tunnel?.destroy();
      }
    });
  }

  private async within<T>(stop: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const end = new AbortController();
    const stopped = (): void => end.abort(new OutgoingFailure('broken off by us', 'own'));
    const timer = setTimeout(() => end.abort(timedOut()), this.timeoutMs);
    if (stop?.aborted === true) stopped();
    // Each attempt under way adds a listener, so Node's warning about too many listeners would be a false alarm.
    if (stop !== undefined) setMaxListeners(0, stop);
    stop?.addEventListener('abort', stopped);
    try {
      return await work(end.signal);
    } finally {
      clearTimeout(timer);
      stop?.removeEventListener('abort', stopped);
    }
  }

  private async wayTo(address: string, signal: AbortSignal): Promise<CheckedWay> {
    const url = hookUrl(address, this.options);
    if (typeof url === 'string') throw new WebhookUrlRefused(url);
    const host = url.hostname.replace(/^\[|\]$|\.$/g, '');
    const family = isIP(host);
    const addresses = family === 0 ? await this.resolved(host, signal) : [{ address: host, family }];
    const isAllowed = ({ address }: LookupAddress): boolean => this.isAllowed(address, url);
    // All of them must be allowed: a private address among public ones may be an attack.
    if (addresses.length > 0 && addresses.every(isAllowed))
      return { url, addresses: addresses.slice(0, MAX_ADDRESSES) };
    throw new WebhookUrlRefused(NOT_PUBLIC);
  }

  private isAllowed(address: string, { protocol }: URL): boolean {
    if (this.refusedNetworks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')) return false;
    const reach = reachOf(address);
    return (this.options.allowLoopback && reach === 'local') || (protocol === 'https:' && reach === 'public');
  }

  private async resolved(name: string, signal: AbortSignal): Promise<readonly LookupAddress[]> {
    const { allowLoopback, refusedHosts = [], resolve = lookUp } = this.options;
    const reach = reachOf(name);
    // No name server is asked about these: the time that it takes would reveal something.
    if (reach === 'private' || (reach === 'local' && !allowLoopback)) throw new WebhookUrlRefused(NOT_PUBLIC);
    if (refusedHosts.some((host) => name === host || name.endsWith(`.${host}`)))
      throw new WebhookUrlRefused(NOT_PUBLIC);
    return resolve(name, signal).catch(() => {
      if (signal.aborted) throw signal.reason;
      throw new WebhookUrlRefused(NOT_PUBLIC);
    });
  }

  private async open(
    { url, addresses }: CheckedWay,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Opened> {
    const { proxy, ca } = this.options;
    const options: https.RequestOptions & { autoSelectFamilyAttemptTimeout: number } = {
      method: 'POST',
      headers,
      agent: false,
      signal,
      lookup: pinnedTo(addresses),
      ca,
      autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS,
    };
    const staysHere = addresses.every(({ address }) => reachOf(address) === 'local');
    if (url.protocol === 'http:') return { request: http.request(url, options) };
    if (proxy === null || staysHere) return { request: https.request(url, options) };
    const tunnel = await this.tunnelTo(proxy, addresses, Number(url.port || 443), signal);
    // TLS goes to the receiver itself, under its own name: the proxy cannot read what it carries.
    return { request: https.request(url, { ...options, socket: tunnel } as https.RequestOptions), tunnel };
  }

  /** Tries one address after the other, as Node does without a proxy. */
  private async tunnelTo(
    proxy: URL,
    addresses: readonly LookupAddress[],
    port: number,
    signal: AbortSignal,
  ): Promise<Socket> {
    const timeoutMs = this.timeoutMs / addresses.length;
    for (const [i, { address }] of addresses.entries()) {
      try {
        return await openTunnel(proxy, { address, port }, { timeoutMs, signal });
      } catch (error) {
        if (failureOf(error).fault !== 'receiver' || i === addresses.length - 1 || signal.aborted) throw error;
      }
    }
    throw new WebhookUrlRefused(NOT_PUBLIC);
  }
}

/** The look-up that Node calls for each connection: it always returns these addresses. */
function pinnedTo(addresses: readonly LookupAddress[]): LookupFunction {
  return (_name, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first!.address, first!.family);
  };
}
