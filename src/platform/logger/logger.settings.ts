import { oneOf } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';

export class LoggerSettings extends settings('Logs', {
  level: oneOf({
    name: 'LOG_LEVEL',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
    help: 'The lowest level that is logged.',
  }),
}) {}

export type LogLevel = LoggerSettings['level'];
