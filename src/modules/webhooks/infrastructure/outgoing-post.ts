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

/** From the look-up of the name to the answer's end. */
const TIMEOUT_MS = 10_000;

/** Of a name that has more, as many are tried as there is time for. */
const MAX_ADDRESSES = 4;

/** Node's own, a quarter of a second, gives up what is far away. */
const ADDRESS_TIMEOUT_MS = 2_000;

/** One sentence for whatever a name leads to, or not: nobody learns from it which names are known inside. */
const NOT_PUBLIC = 'The url must lead to a public address.';

export interface OutgoingOptions extends UrlRules {
  /** An HTTP proxy, by which everything goes that does not stay on this machine. */
  readonly proxy: URL | null;
  /** Nothing is sent there, though it is public. */
  readonly refusedNetworks?: readonly string[];
  /** Nor to these names, and those below them. */
  readonly refusedHosts?: readonly string[];
  readonly timeoutMs?: number;
  /** Left out: {@link lookUp}. */
  readonly resolve?: (name: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;
  /** Who signs receivers' certificates. Left out: those whom Node trusts. */
  readonly ca?: string;
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
  private readonly timeoutMs: number;
  private readonly refusedNetworks: BlockList;

  constructor(private readonly options: OutgoingOptions) {
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.refusedNetworks = networksOf(options.refusedNetworks ?? []);
  }

  /** @throws WebhookUrlRefused, also when nobody says in time where the name leads */
  async check(address: string): Promise<void> {
    try {
      await this.within(undefined, (signal) => this.wayTo(address, signal));
    } catch (error) {
      throw error instanceof OutgoingFailure ? new WebhookUrlRefused(NOT_PUBLIC) : error;
    }
  }

  /**
   * @param stop breaks it off
   * @throws WebhookUrlRefused before anything is connected
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
        // What TLS was put upon does not end with it.
        tunnel?.destroy();
      }
    });
  }

  private async within<T>(stop: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const end = new AbortController();
    const stopped = (): void => end.abort(new OutgoingFailure('broken off by us', 'own'));
    const timer = setTimeout(() => end.abort(timedOut()), this.timeoutMs);
    if (stop?.aborted === true) stopped();
    // Many attempts at once are none too many.
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
    // Each of them: one private address beside a public one is no accident that anybody should profit from.
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
    // Nobody is asked about these: how long it takes would tell something.
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
      ...{ method: 'POST', headers, agent: false, signal, lookup: pinnedTo(addresses), ca },
      autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS,
    };
    const staysHere = addresses.every(({ address }) => reachOf(address) === 'local');
    if (url.protocol === 'http:') return { request: http.request(url, options) };
    if (proxy === null || staysHere) return { request: https.request(url, options) };
    const tunnel = await this.tunnelTo(proxy, addresses, Number(url.port || 443), signal);
    // TLS to the receiver itself, by its own name: the proxy carries what it cannot read.
    return { request: https.request(url, { ...options, socket: tunnel } as https.RequestOptions), tunnel };
  }

  /** One address after the other, as Node does where there is no proxy. */
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

/** What Node asks where to connect to, again for each connection: always these. */
function pinnedTo(addresses: readonly LookupAddress[]): LookupFunction {
  return (_name, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first!.address, first!.family);
  };
}
