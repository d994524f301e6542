import { isNetwork } from '../config/networks.js';
import { integer, oneOf, parsed, text } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';

export class HttpSettings extends settings('HTTP', {
  port: integer({
    name: 'PORT',
    default: 8000,
    min: 0,
    max: 65_535,
    help: 'The port of the API. 0: any free port.',
  }),
  host: text({
    name: 'HOST',
    default: '127.0.0.1',
    help: 'The address that the API listens on. `0.0.0.0` accepts connections from other machines.',
  }),
  docs: oneOf({
    name: 'DOCS',
    choices: ['on', 'off'],
    default: 'on',
    help: 'Whether `/docs` and `/docs-json` are served.',
  }),
  workerPort: integer({
    name: 'WORKER_PORT',
    default: null,
    min: 0,
    max: 65_535,
    example: '8001',
    help: 'The port on which a separate worker serves `/health` and `/metrics`. Unset: none.',
  }),
  maxConnections: integer({
    name: 'HTTP_MAX_CONNECTIONS',
    default: 5_000,
    min: 1,
    max: 1_000_000,
    help: 'The most open connections. A further one replaces the oldest silent one, or is refused.',
  }),
  maxConnectionsPerAddress: integer({
    name: 'HTTP_MAX_PER_ADDRESS',
    default: 1_000,
    min: 1,
    max: 1_000_000,
    help: 'The most open connections from one address, unless `TRUST_PROXY` trusts it.',
  }),
  wrongKeysPerMinute: integer({
    name: 'HTTP_WRONG_KEYS_PER_MINUTE',
    default: 60,
    min: 1,
    max: 1_000_000,
    help: 'From one address. Further wrong API keys get 429; right keys are always accepted.',
  }),
  /**
   * Like Fastify's `trustProxy` (`loopback` means both loopback addresses), but never "everybody": each caller could
   * then choose its own address.
   */
  trustProxy: parsed<false | number | string, false>({
    name: 'TRUST_PROXY',
    default: false,
    defaultText: '0',
    example: '10.0.0.0/8',
    allowed: 'a number, or networks',
    help: 'The proxies whose `X-Forwarded-For` is trusted: how many, or their networks. 0: none.',
    parse: (given, refuse) => {
      if (given === 'false' || given === '0') return false;
      if (/^\d{1,2}$/.test(given)) return Number(given);
      const addresses = given.split(',').map((part) => part.trim());
      if (addresses.every((given) => given === 'loopback' || isNetwork(given))) return addresses.join(',');
      return refuse('a number of proxies, or addresses and networks such as 10.0.0.0/8, with commas');
    },
  }),
}) {}
