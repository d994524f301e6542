import { isIP } from 'node:net';
import { networksOf } from './networks.js';

/** Where a host is: on this machine, in a network that cannot be reached from outside, or anywhere. */
export type Reach = 'local' | 'private' | 'public';

const LOCAL = networksOf(['127.0.0.0/8', '::1/128']);

/**
 * IPv4 networks without public hosts (IANA's registry of special-purpose addresses, RFC 6890): this network, private,
 * shared (CGNAT), loopback, link-local (the clouds' metadata), protocols, documentation, 6to4 relays, tests, multicast
 * and reserved addresses. Also Azure's metadata server, whose address looks public.
 */
const NOT_PUBLIC_V4 = networksOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '168.63.129.16/32',
]);

/**
 * Contains all public hosts. Addresses that embed an IPv4 address (mapped, compatible, NAT64) are outside, like all
 * others.
 */
const GLOBAL_V6 = networksOf(['2000::/3']);

/** Exceptions: protocols (Teredo, ORCHID), two networks for documentation, and 6to4, which leads to an IPv4 address. */
const NOT_PUBLIC_V6 = networksOf(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/**
 * Names that no public server has: single words (such as a container's name), and suffixes that are reserved for, or
 * commonly used in, private networks.
 */
const PRIVATE_NAME = /^[^.]*$|\.(?:local|internal|intranet|lan|corp|home|private|home\.arpa)$/;

/** Judged by the address or the name alone: the name is not resolved. @param host as `URL` has it, or an address */
export function reachOf(host: string): Reach {
  const name = host.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const version = isIP(name);
  if (version === 0) {
    if (name === 'localhost' || name.endsWith('.localhost')) return 'local';
    return PRIVATE_NAME.test(name) ? 'private' : 'public';
  }
  if (LOCAL.check(name, version === 4 ? 'ipv4' : 'ipv6')) return 'local';
  if (version === 4) return NOT_PUBLIC_V4.check(name, 'ipv4') ? 'private' : 'public';
  return GLOBAL_V6.check(name, 'ipv6') && !NOT_PUBLIC_V6.check(name, 'ipv6') ? 'public' : 'private';
}
