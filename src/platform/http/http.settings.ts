import { isNetwork } from '../config/networks.js';
import { integer, oneOf, parsed, text } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';

export class HttpSettings extends settings('HTTP', {
  port: integer({
    name: 'PORT',
    default: 8000,
    min: 0,
    max: 65_535,
    help: 'Where the API listens; 0: a free port.',
  }),
  host: text({
    name: 'HOST',
    default: '127.0.0.1',
    help: 'The address it listens on; `0.0.0.0` lets other machines in.',
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
    help: 'Where a worker of its own serves `/health` and `/metrics`. Unset: nowhere.',
  }),
  maxConnections: integer({
    name: 'HTTP_MAX_CONNECTIONS',
    default: 5_000,
    min: 1,
    max: 1_000_000,
    help: 'Open connections; one more takes the place of the oldest silent one, or is refused.',
  }),
  maxConnectionsPerAddress: integer({
    name: 'HTTP_MAX_PER_ADDRESS',
    default: 1_000,
    min: 1,
    max: 1_000_000,
    help: 'The same for one address, unless `TRUST_PROXY` trusts it.',
  }),
  wrongKeysPerMinute: integer({
    name: 'HTTP_WRONG_KEYS_PER_MINUTE',
    default: 60,
    min: 1,
    max: 1_000_000,
    help: 'From one address; further wrong API keys are answered 429. Right ones are always taken.',
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
    help: 'Whose `X-Forwarded-For` counts: so many proxies, or these networks. 0: nobody’s.',
    parse: (given, refuse) => {
      if (given === 'false' || given === '0') return false;
      if (/^\d{1,2}$/.test(given)) return Number(given);
      const addresses = given.split(',').map((part) => part.trim());
      if (addresses.every((given) => given === 'loopback' || isNetwork(given))) return addresses.join(',');
      return refuse('a number of proxies, or addresses and networks such as 10.0.0.0/8, with commas');
    },
  }),
}) {}
