import { oneOf } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';

export class LoggerSettings extends settings('Logs', {
  level: oneOf({
    name: 'LOG_LEVEL',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
    help: 'The least important lines that are still written.',
  }),
}) {}

export type LogLevel = LoggerSettings['level'];
