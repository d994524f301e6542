import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';

/** `last_used_at` is for people who clean up their keys. A minute is accurate enough, and delays no request. */
const WRITE_EVERY_MS = 60_000;

/** If another process is writing a key at this moment, its use is recorded anyway: skip it instead of waiting. */
const WRITE = `
  UPDATE api_keys k SET last_used_at = used.at
  FROM unnest($1::uuid[], $2::timestamptz[]) AS used(id, at)
  WHERE k.id = used.id AND (k.last_used_at IS NULL OR k.last_used_at < used.at)
    AND k.id IN (SELECT id FROM api_keys WHERE id = ANY($1::uuid[]) FOR NO KEY UPDATE SKIP LOCKED)`;

/** Remembers when each key was used, and writes it once a minute and once more at shutdown. */
export class LastUsed implements OnApplicationShutdown {
  private readonly logger = new Logger(LastUsed.name);
  private used = new Map<string, Date>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly sql: Sql,
    private readonly writeEveryMs = WRITE_EVERY_MS,
  ) {}

  note(keyId: string): void {
    this.used.set(keyId, new Date());
    this.timer ??= setTimeout(() => void this.write(), this.writeEveryMs).unref();
  }

  /** Requests have ended before this hook runs, so their uses are included. */
  async onApplicationShutdown(): Promise<void> {
    await this.write();
  }

  async write(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const used = this.used;
    if (used.size === 0) return;
    this.used = new Map();
    try {
      await this.sql.query(WRITE, [[...used.keys()], [...used.values()]]);
    } catch (error) {
      // Named decision: losing a time of use does no harm; the next use of the key is recorded again.
      this.logger.warn(`last_used_at of ${used.size} API keys was not stored: ${String(error)}`);
    }
  }
}
