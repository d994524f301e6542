import { BlockList, isIP } from 'node:net';
import { parsed } from './setting-kinds.js';
import type { Setting } from './settings.js';

/** Whether the text is an address or a network, such as `10.1.2.3`, `10.0.0.0/8` or `fd00::/8`. */
export function isNetwork(given: string): boolean {
  const [address = '', bits, ...rest] = given.split('/');
  const most = isIP(address) === 4 ? 32 : 128;
  return (
    isIP(address) !== 0 && rest.length === 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most))
  );
}

/** @param given addresses and networks that {@link isNetwork} accepts */
export function networksOf(given: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of given) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** Addresses and networks, separated by commas; the default is none. */
export function networks(declared: Pick<Setting<unknown>, 'name' | 'help' | 'example'>): Setting<readonly string[]> {
  return parsed<readonly string[], readonly string[]>({
    ...declared,
    default: [],
    defaultText: null,
    allowed: 'networks, with commas',
    parse: (value, refuse) => {
      const given = value.split(',').map((part) => part.trim());
      return given.every(isNetwork) ? given : refuse('addresses and networks such as 10.0.0.0/8, with commas');
    },
  });
}
