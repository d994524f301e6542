import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { LogLevel } from './logger.settings.js';

/** Nest logs at every start what it wires; that is for debugging the wiring only. */
const WIRING = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** The fields of a line. A plain object gives its fields, with the text as `msg`; anything else is the text. */
function fieldsOf(message: unknown): object {
  const plain = typeof message === 'object' && message !== null && Object.getPrototypeOf(message) === Object.prototype;
  return plain ? message : { msg: String(message) };
}

/** Nest's log as JSON lines on the standard error, one object per line. The standard output is for people. */
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

  /** Nest hands on a stack between the message and the context. */
  error(message: unknown, ...rest: (string | undefined)[]): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    this.pino.error({ context, stack, ...fieldsOf(message) });
  }

  debug(message: unknown, context?: string): void {
    // Checked first: there is one for every request, and nearly always it is off.
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
