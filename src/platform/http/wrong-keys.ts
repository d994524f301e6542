import { isIP } from 'node:net';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ExpiringCache } from '../cache/expiring-cache.js';
import { type Counter, Metrics } from '../metrics/metrics.js';
import { HttpSettings } from './http.settings.js';
import { RateLimited, Unauthenticated } from './refusals.js';

const WINDOW_MS = 60_000;

/** Beyond it the source that has been quiet for longest begins anew, so that nobody's number of addresses fills memory. */
const MAX_SOURCES = 10_000;

/** Lines in a window, from all sources together: whoever guesses keys does not fill the disk with them. */
const MAX_LINES = 30;

/** The kind of a key of ours and four of its characters: enough to find whose it was, and nothing to guess with. */
const SHOWN_LENGTH = 18;

interface Window {
  wrongKeys: number;
  readonly since: number;
}

/**
 * Counts and logs the wrong keys of each address, and limits what they are answered: after so many in a minute with 429
 * in the place of 401. Asked only when a key was found wrong, so that a right one is never refused for others.
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
    this.counter = metrics.counter({ name: 'bahi_wrong_keys_total', help: 'Requests whose API key was refused.' });
  }

  /**
   * Takes note of a request whose key is wrong.
   * @param key null where it has no form of a key at all
   * @param refusal what is answered while there are few
   */
  note(request: FastifyRequest, key: string | null, refusal: Unauthenticated): Unauthenticated | RateLimited {
    // Fastify's type does not say it, but the address of a closed connection is unknown.
    const ip = (request.ip as string | undefined) ?? '';
    this.counter.inc();
    this.log(request, ip, key);
    const window = this.windowOf(sourceOf(ip));
    window.wrongKeys++;
    if (window.wrongKeys <= this.settings.wrongKeysPerMinute) return refusal;
    const seconds = Math.ceil((window.since + WINDOW_MS - this.now()) / 1_000);
    return new RateLimited('Too many wrong API keys have come from this address. A right one is still taken.', seconds);
  }

  private windowOf(source: string): Window {
    const known = this.windows.get(source);
    if (known !== undefined) return known;
    const window = { wrongKeys: 0, since: this.now() };
    this.windows.set(source, window, window.since);
    return window;
  }

  private log({ id: request_id }: FastifyRequest, ip: string, key: string | null): void {
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
    const client = isIP(ip) === 0 ? 'unknown' : ip;
    this.logger.warn({ msg: 'wrong API key', client, key: key === null ? 'of no form' : prefixOf(key), request_id });
  }
}

/** Never more than a third: somebody may have mistaken another secret for the key. */
function prefixOf(key: string): string {
  return `${key.slice(0, Math.min(SHOWN_LENGTH, Math.floor(key.length / 3)))}…`;
}

/** Whose address it is: of IPv6 the network of 64 bits, as each customer of a provider has all of one at hand. */
export function sourceOf(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIP(plain) === 4) return plain;
  if (isIP(plain) !== 6) return 'unknown';
  const [left = '', right] = plain.replace(/%.*$/, '').split('::');
  const groups = left === '' ? [] : left.split(':');
  const groupsAtEnd = right === undefined || right === '' ? [] : right.split(':');
  const zeros = 8 - groups.length - groupsAtEnd.length - (plain.includes('.') ? 1 : 0);
  const all = [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...groupsAtEnd];
  return `${all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
