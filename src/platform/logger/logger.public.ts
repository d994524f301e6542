/** Log lines as JSON. */
export { PinoLogger } from './pino-logger.js';
export { LoggerSettings } from './logger.settings.js';
