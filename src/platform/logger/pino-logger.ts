import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { LogLevel } from './logger.settings.js';

/** At every start Nest logs what it wires, which is useful only for debugging the wiring. */
const WIRING = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/**
 * The fields of a log line. A plain object gives its fields, with its text as `msg`; anything else becomes the text.
 */
function fieldsOf(message: unknown): object {
  const plain = typeof message === 'object' && message !== null && Object.getPrototypeOf(message) === Object.prototype;
  return plain ? message : { msg: String(message) };
}

/** Nest's log as JSON lines on standard error, one object per line. Standard output is for people. */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(level: LogLevel) {
    this.pino = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
  }

  log(message: unknown, context?: string): void {
    if (context !== undefined && WIRING.has(context)) this.pino.debug({ context, ...fieldsOf(message) });
    else this.pino.info({ context, ...fieldsOf(message) });
  }

  warn(message: unknown, context?: string): void {
    this.pino.warn({ context, ...fieldsOf(message) });
  }

  /** Nest passes a stack between the message and the context. */
  error(message: unknown, ...rest: (string | undefined)[]): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    this.pino.error({ context, stack, ...fieldsOf(message) });
  }

  debug(message: unknown, context?: string): void {
    // Checked first: every request logs one such line, and the level is nearly always off.
    if (!this.pino.isLevelEnabled('debug')) return;
    this.pino.debug({ context, ...fieldsOf(message) });
  }

  verbose(message: unknown, context?: string): void {
    this.pino.trace({ context, ...fieldsOf(message) });
  }

  fatal(message: unknown, context?: string): void {
    this.pino.fatal({ context, ...fieldsOf(message) });
  }
}
