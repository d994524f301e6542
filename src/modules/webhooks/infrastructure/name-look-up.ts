import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { reachOf } from '../../../platform/config/config.public.js';

/** A name server is asked twice, and then the next one. */
const TRY_MS = 1_000;
const TRIES = 2;

/** What the receiver then still has of its ten seconds is enough. */
const WHOLE_MS = 4_000;

/** How long the addresses of one version wait for those of the other. */
const OTHER_VERSION_MS = 300;

const THIS_MACHINE: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * The addresses of a name, by DNS alone: neither `/etc/hosts` nor search domains add anything. Each look-up has a c-ares
 * channel of its own, which can be broken off; `getaddrinfo` holds one of the process's four threads for as long as a
 * name server is silent, and what is in its line waits.
 * @param servers left out: those of the system
 * @throws Error when there is none
 */
export async function lookUp(
  name: string,
  signal: AbortSignal,
  servers?: readonly string[],
): Promise<readonly LookupAddress[]> {
  // RFC 6761: not a question for a name server.
  if (reachOf(name) === 'local') return THIS_MACHINE;
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  const timers = [setTimeout(cancel, WHOLE_MS)];
  signal.addEventListener('abort', cancel);
  const found: LookupAddress[] = [];
  const ask = async (family: 4 | 6): Promise<void> => {
    const addresses = await (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name));
    found.push(...addresses.map((address) => ({ address, family })));
    if (found.length > 0) timers.push(setTimeout(cancel, OTHER_VERSION_MS));
  };
  try {
    const ends = await Promise.allSettled([ask(4), ask(6)]);
    const failure = ends.find((end) => end.status === 'rejected');
    if (found.length === 0 && failure !== undefined) throw failure.reason;
    return found;
  } finally {
    timers.forEach(clearTimeout);
    signal.removeEventListener('abort', cancel);
  }
}
