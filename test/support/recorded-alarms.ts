import { Logger, type LoggerService } from '@nestjs/common';

/** Records the alarms of the services in this process from now on; create it after they have started. */
export class RecordedAlarms implements LoggerService {
  private readonly lines: string[] = [];

  constructor() {
    Logger.overrideLogger(this);
  }

  /** @param about a text that they contain */
  about(about: string): string[] {
    return this.lines.filter((line) => line.startsWith('ALARM: ') && line.includes(about));
  }

  /** All errors, alarms or not. @param about a text that they contain */
  errors(about: string): string[] {
    return this.lines.filter((line) => line.includes(about));
  }

  error(message: unknown): void {
    const { msg = message } = Object(message) as { msg?: unknown };
    this.lines.push(String(msg));
  }

  log(): void {}
  warn(): void {}
}
