import { oneOf } from './setting-kinds.js';
import { settings } from './settings.js';

export class ProcessSettings extends settings('The process', {
  environment: oneOf({
    name: 'NODE_ENV',
    choices: ['development', 'production', 'test'],
    default: 'development',
    help: '`production` refuses the demo, `RESET_DATA` and whatever else fails open.',
  }),
}) {
  get production(): boolean {
    return this.environment === 'production';
  }
}
