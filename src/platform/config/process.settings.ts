import { flag, oneOf } from './setting-kinds.js';
import { settings } from './settings.js';

export class ProcessSettings extends settings('The process', {
  environment: oneOf({
    name: 'NODE_ENV',
    choices: ['development', 'production', 'test'],
    default: 'development',
    help: '`production` refuses the demo, `RESET_DATA` and every other unsafe setting.',
  }),
  allowPlaintext: flag({
    name: 'ALLOW_PLAINTEXT',
    help: '1: production may use remote PostgreSQL and Redis without TLS or password.',
  }),
  allowPrivateGateways: flag({
    name: 'ALLOW_PRIVATE_GATEWAYS',
    help: '1: production may call gateways at private addresses, and by HTTP.',
  }),
  allowTestKeys: flag({
    name: 'ALLOW_TEST_KEYS',
    help: '1: production accepts keys of a gateway’s test mode, for a staging system.',
  }),
}) {
  get production(): boolean {
    return this.environment === 'production';
  }
}
