import { flag, oneOf } from './setting-kinds.js';
import { settings } from './settings.js';

export class ProcessSettings extends settings('The process', {
  environment: oneOf({
    name: 'NODE_ENV',
    choices: ['development', 'production', 'test'],
    default: 'development',
    help: '`production` refuses the demo, `RESET_DATA` and whatever else fails open.',
  }),
  allowPlaintext: flag({
    name: 'ALLOW_PLAINTEXT',
    help: '1: production may use PostgreSQL and Redis elsewhere without TLS or password.',
  }),
  allowPrivateGateways: flag({
    name: 'ALLOW_PRIVATE_GATEWAYS',
    help: '1: production may call gateways at private addresses, by HTTP too.',
  }),
  allowTestKeys: flag({
    name: 'ALLOW_TEST_KEYS',
    help: '1: production may use keys of a gateway’s test mode, as staging does.',
  }),
}) {
  get production(): boolean {
    return this.environment === 'production';
  }
}
