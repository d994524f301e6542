import { Logger, type LoggerService } from '@nestjs/common';

/** The alarms that the services of this process have raised since; open it after they have started. */
export class RecordedAlarms implements LoggerService {
  private readonly lines: string[] = [];

  constructor() {
    Logger.overrideLogger(this);
  }

  /** @param about a text that they contain */
  about(about: string): string[] {
    return this.lines.filter((line) => line.startsWith('ALARM: ') && line.includes(about));
  }

  /** Errors that are no alarms too. @param about a text that they contain */
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
