import { isIP } from 'node:net';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ExpiringCache } from '../../cache/expiring-cache.js';
import { type Counter, Metrics } from '../../metrics/metrics.js';
import { HttpSettings } from '../http.settings.js';
import { RateLimited, Unauthenticated } from '../problems/refusals.js';

const WINDOW_MS = 60_000;

/**
 * Beyond it, the source that has been quiet for longest is forgotten, so that many addresses cannot fill the memory.
 */
const MAX_SOURCES = 10_000;

/** Log lines in a window, of one source and of all: guessing keys can neither fill the disk nor hide other sources. */
const LINES_OF_ONE = 3;
const MAX_LINES = 30;

/** The kind of a key of ours and four of its characters: enough to find its owner, and no help in guessing the key. */
const SHOWN_LENGTH = 18;

interface Window {
  wrongKeys: number;
  readonly since: number;
}

/**
 * Counts and logs the wrong keys of each address; after too many in a minute, further ones are answered 429 instead of
 * 401. Asked only when a key was found to be wrong, so that a right one is never refused because of others.
 */
@Injectable()
export class WrongKeys {
  private readonly logger = new Logger('wrong keys');
  private readonly counter: Counter;
  private readonly windows: ExpiringCache<Window>;
  private lines = { written: 0, leftOut: 0, since: -Infinity };

  constructor(
    metrics: Metrics,
    private readonly settings: Pick<HttpSettings, 'wrongKeysPerMinute'>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.windows = new ExpiringCache(MAX_SOURCES, WINDOW_MS, now);
    this.counter = metrics.counter({
      name: 'bahi_wrong_keys_total',
      help: 'Requests that were refused because of a wrong API key.',
    });
  }

  /**
   * Takes note of a request whose key is wrong.
   * @param key null if it does not have the form of a key
   * @param refusal the answer while there are few
   */
  note(request: FastifyRequest, key: string | null, refusal: Unauthenticated): Unauthenticated | RateLimited {
    // Fastify's type does not say it, but the address of a closed connection is unknown.
    const ip = (request.ip as string | undefined) ?? '';
    const address = addressIn(ip);
    this.counter.inc();
    const window = this.windowOf(sourceOf(address));
    window.wrongKeys++;
    const { wrongKeysPerMinute } = this.settings;
    const shown = {
      client: address ?? 'unknown',
      key: key === null ? 'malformed' : prefixOf(key),
      request_id: request.id,
    };
    if (window.wrongKeys <= LINES_OF_ONE) this.log({ msg: 'wrong API key', ...shown });
    else this.lines.leftOut++;
    if (window.wrongKeys === wrongKeysPerMinute + 1)
      this.log({ msg: 'many wrong API keys: further ones are answered 429 for a minute', ...shown });
    if (window.wrongKeys <= wrongKeysPerMinute) return refusal;
    const seconds = Math.ceil((window.since + WINDOW_MS - this.now()) / 1_000);
    return new RateLimited(
      'Too many wrong API keys have come from this address. A right key is still accepted.',
      seconds,
    );
  }

  private windowOf(source: string): Window {
    const known = this.windows.get(source);
    if (known !== undefined) return known;
    const window = { wrongKeys: 0, since: this.now() };
    this.windows.set(source, window, window.since);
    return window;
  }

  private log(line: object): void {
    const now = this.now();
    if (now - this.lines.since >= WINDOW_MS) {
      if (this.lines.leftOut > 0) this.logger.warn(`${this.lines.leftOut} more wrong API keys were not logged`);
      this.lines = { written: 0, leftOut: 0, since: now };
    }
    if (this.lines.written >= MAX_LINES) {
      this.lines.leftOut++;
      return;
    }
    this.lines.written++;
    this.logger.warn(line);
  }
}

/** Never more than a third: it may be another secret that somebody has sent by mistake. */
function prefixOf(key: string): string {
  return `${key.slice(0, Math.min(SHOWN_LENGTH, Math.floor(key.length / 3)))}…`;
}

/** The address in the text from a connection or a proxy: some proxies write it in brackets, or with its port. */
export function addressIn(text: string): string | null {
  const [, bare = text] =
    /^"?(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)"?$/.exec(text)?.filter((part) => part !== undefined) ?? [];
  return isIP(bare) === 0 ? null : bare;
}

/** The source that an address counts for: for IPv6 its /64 network, as each customer of a provider has a whole one. */
export function sourceOf(address: string | null): string {
  if (address === null) return 'unknown';
  if (isIP(address) === 4) return address;
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  const withoutZone = address.replace(/%.*$/, '');
  const inHex = withoutZone.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [before = [], after = []] = inHex.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].map((group) => parseInt(group, 16));
}
