import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { reachOf } from '../../../platform/config/config.public.js';

/** Each name server is asked twice before the next one is. */
const TRY_MS = 1_000;
const TRIES = 2;

/** The longest that a look-up may take: it leaves the receiver enough of its ten seconds. */
const WHOLE_MS = 4_000;

/** Once the addresses of one IP version are there, how long to wait for those of the other. */
const OTHER_VERSION_MS = 300;

const THIS_MACHINE: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * The addresses of a name, by DNS alone, without `/etc/hosts` and search domains. Each look-up has a c-ares channel of
 * its own and can be cancelled. `getaddrinfo` would hold one of the process's four threads for as long as a name server
 * is silent, and keep everything that is queued for these threads waiting.
 * @param servers name servers; left out: those of the system
 * @throws Error when no address is found
 */
export async function lookUp(
  name: string,
  signal: AbortSignal,
  servers?: readonly string[],
): Promise<readonly LookupAddress[]> {
  // RFC 6761: name servers are not asked for these.
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
