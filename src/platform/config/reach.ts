import { BlockList, isIP } from 'node:net';

/** How far away a host is: on this machine, in a network that nobody reaches from outside, or anywhere. */
export type Reach = 'local' | 'private' | 'public';

const LOCAL = networks('127.0.0.0/8', '::1/128');

/** Private (RFC 1918, RFC 4193), link-local (the clouds' metadata, too), shared (RFC 6598), unspecified, for tests. */
const PRIVATE = networks(
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/3', '::/128', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
);

/** Names that no public server has: one word (a container's, say), and what is kept for networks of one's own. */
const PRIVATE_NAME = /^[^.]+$|\.(?:local|internal|lan|home\.arpa)$/;

/** By the address or the name alone: nobody is asked where a name leads. @param host as `URL` has it */
export function reachOf(host: string): Reach {
  const name = host.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const version = isIP(name);
  if (version === 0) {
    if (name === 'localhost' || name.endsWith('.localhost')) return 'local';
    return PRIVATE_NAME.test(name) ? 'private' : 'public';
  }
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (LOCAL.check(name, family)) return 'local';
  return PRIVATE.check(name, family) ? 'private' : 'public';
}

function networks(...given: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of given) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
