import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../config/process-role.js';
import { Database } from '../database/connections/database.js';
import { StatusDatabase } from '../database/connections/status-database.js';
import { Ticker } from '../waiting/ticker.js';
import { withTimeout } from '../waiting/with-timeout.js';

const EVERY_MS = 2_000;

/** Three missed heartbeats: the worker was killed, hangs, or cannot reach the database. */
const SEEN_WITHIN = `interval '7 seconds'`;

/** A start or a shutdown does not wait longer for an unreachable database: the row is only a hint. */
const TIMEOUT_MS = 1_000;

/** By the database's clock. Each heartbeat also deletes the rows of workers that were killed. */
const APPEAR = `
  WITH gone AS (
    DELETE FROM worker_presence WHERE seen_at < clock_timestamp() - interval '10 minutes' AND id <> $1::uuid
  )
  INSERT INTO worker_presence AS w (id, host, started_at, seen_at)
  VALUES ($1::uuid, $2, clock_timestamp(), clock_timestamp())
  ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at`;

const LEAVE = 'DELETE FROM worker_presence WHERE id = $1::uuid';

const PRESENT = `
  SELECT count(*)::int AS workers FROM worker_presence WHERE seen_at > clock_timestamp() - ${SEEN_WITHIN}`;

/** As many as anybody reads through. */
const LISTED = `
  SELECT id, host, started_at, seen_at FROM worker_presence WHERE seen_at > clock_timestamp() - ${SEEN_WITHIN}
  ORDER BY started_at, id LIMIT 100`;

/** A worker with a recent heartbeat. */
export interface PresentWorker {
  readonly id: string;
  readonly host: string;
  readonly startedAt: Date;
  readonly seenAt: Date;
}

/**
 * Which workers are alive. Workers report to the database and not to the queue: each queue backend would have to be
 * asked in a different way, and a queue that is emptied forgets its workers.
 */
@Injectable()
export class WorkerPresence implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly id = randomUUID();
  private readonly ticker = new Ticker('presence of the worker', EVERY_MS, () => this.appear());

  constructor(
    private readonly role: ProcessRole,
    private readonly database: Database,
    private readonly status: StatusDatabase,
  ) {}

  /** Waits for the first heartbeat, so that a worker that has just started is counted. The ticker logs a failure. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.role.worker) return;
    await withTimeout(
      TIMEOUT_MS,
      this.appear().catch(() => undefined),
    );
    this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (!this.role.worker) return;
    await withTimeout(
      TIMEOUT_MS,
      this.leave().catch(() => undefined),
    );
  }

  /** The number of workers with a recent heartbeat, the same for every process that asks. */
  async count(): Promise<number> {
    const [row] = await this.status.query<{ workers: number }>(PRESENT);
    return row!.workers;
  }

  /** Up to a hundred workers, the oldest first. */
  async list(): Promise<PresentWorker[]> {
    const rows = await this.status.query<{ id: string; host: string; started_at: Date; seen_at: Date }>(LISTED);
    return rows.map(({ id, host, started_at: startedAt, seen_at: seenAt }) => ({ id, host, startedAt, seenAt }));
  }

  private async appear(): Promise<void> {
    await this.database.query(APPEAR, [this.id, hostname()]);
  }

  private async leave(): Promise<void> {
    await this.ticker.stop();
    await this.database.query(LEAVE, [this.id]);
  }
}
