import { BlockList, isIP } from 'node:net';

/**
 * The IPv4 networks that are no public host's (IANA's registry of special-purpose addresses, RFC 6890): this network,
 * private, shared (CGNAT), loopback, link-local (the clouds' metadata), protocols, documentation, 6to4 relays, tests,
 * multicast and what is reserved. And Azure's own: its metadata stand at an address that looks public.
 */
const NOT_PUBLIC_V4 = networks(
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/3', '168.63.129.16/32'],
);

/** All public hosts are in here. What embeds an IPv4 address (mapped, compatible, NAT64) is elsewhere, with all the rest. */
const GLOBAL_V6 = networks('2000::/3');

/** But for these: protocols (Teredo, ORCHID), documentation twice, and 6to4, which leads to an IPv4 address. */
const NOT_PUBLIC_V6 = networks('2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20');

const LOOPBACK_V4 = networks('127.0.0.0/8');
const LOOPBACK_V6 = networks('::1/128');

/** Whether it is an address that any host in the internet may have. @param address as `net.isIP` knows it */
export function isPublic(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !NOT_PUBLIC_V4.check(address, 'ipv4');
  return version === 6 && GLOBAL_V6.check(address, 'ipv6') && !NOT_PUBLIC_V6.check(address, 'ipv6');
}

/** Whether it is this machine, in its plain forms. */
export function isLoopback(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return LOOPBACK_V4.check(address, 'ipv4');
  return version === 6 && LOOPBACK_V6.check(address, 'ipv6');
}

function networks(...given: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of given) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
