/** Log lines as JSON. */
export { PinoLogger } from './pino-logger.js';
