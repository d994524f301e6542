import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import {
  endOf,
  GatewayTraffic,
  type LastHour,
  lastHourOf,
  LATENCY_STEPS_MS,
  stepOf,
  type SubmissionEnd,
  type Submissions,
} from '../domain/last-hour.js';

const WRITE_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 600_000;

/** One row for each gateway and minute, to which all processes add. */
const WRITE = `
  INSERT INTO gateway_minutes AS m (gateway, minute, succeeded, pending, rejected, unanswered, latencies)
  SELECT c.gateway, date_trunc('minute', now()), c.succeeded, c.pending, c.rejected, c.unanswered, c.latencies::integer[]
  FROM unnest($1::text[], $2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::text[])
    AS c(gateway, succeeded, pending, rejected, unanswered, latencies)
  ORDER BY c.gateway
  ON CONFLICT (gateway, minute) DO UPDATE SET succeeded = m.succeeded + excluded.succeeded,
    pending = m.pending + excluded.pending, rejected = m.rejected + excluded.rejected,
    unanswered = m.unanswered + excluded.unanswered,
    latencies = ARRAY(SELECT coalesce(a, 0) + coalesce(b, 0)
      FROM unnest(m.latencies, excluded.latencies) WITH ORDINALITY AS both_of(a, b, place) ORDER BY place)`;

const PRUNE = `
  DELETE FROM gateway_minutes WHERE minute < now() - interval '2 hours' OR minute > now() + interval '1 hour'`;

/** At most sixty rows for each gateway. */
const LAST_HOUR = `
  SELECT gateway, succeeded, pending, rejected, unanswered, latencies FROM gateway_minutes
  WHERE minute > now() - interval '1 hour' AND minute <= now() LIMIT 10000`;

type Counts = Record<SubmissionEnd, number> & { readonly latencies: number[] };

/** Never part of an order's transaction: a crash loses a second of counts. */
export class GatewayMinutes extends GatewayTraffic implements OnApplicationShutdown {
  private readonly logger = new Logger('Gateways');
  private counts = new Map<string, Counts>();
  private timer: NodeJS.Timeout | null = null;
  private prunedAt = -Infinity;

  constructor(private readonly sql: Sql) {
    super();
  }

  override note(gateway: string, ending: string, seconds: number): void {
    const counts = this.counts.get(gateway) ?? nothing();
    counts[endOf(ending)]++;
    counts.latencies[stepOf(seconds)]!++;
    this.counts.set(gateway, counts);
    this.timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  override async lastHour(): Promise<ReadonlyMap<string, LastHour>> {
    const rows = await this.sql.query<Submissions & { readonly gateway: string }>(LAST_HOUR);
    const gateways = new Set(rows.map(({ gateway }) => gateway));
    return new Map([...gateways].map((name) => [name, lastHourOf(rows.filter(({ gateway }) => gateway === name))]));
  }

  onApplicationShutdown(): Promise<void> {
    return this.write();
  }

  /** Writes all counts so far. */
  async write(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.counts.size === 0) return;
    const gateways = [...this.counts.keys()];
    const counts = [...this.counts.values()];
    this.counts = new Map();
    const column = (of: SubmissionEnd): number[] => counts.map((each) => each[of]);
    const ends = [column('succeeded'), column('pending'), column('rejected'), column('unanswered')];
    const latencies = counts.map((each) => `{${each.latencies.join()}}`);
    try {
      await this.sql.query(WRITE, [gateways, ...ends, latencies]);
      if (performance.now() - this.prunedAt > PRUNE_EVERY_MS) await this.prune();
    } catch (error) {
      // Named decision: counts that are lost harm nobody; the next ones are counted.
      this.logger.error(
        `counts of submissions (GET /gateways) were not stored; no order is affected: ${String(error)}`,
      );
    }
  }

  private async prune(): Promise<void> {
    this.prunedAt = performance.now();
    await this.sql.query(PRUNE);
  }
}

function nothing(): Counts {
  return { succeeded: 0, pending: 0, rejected: 0, unanswered: 0, latencies: LATENCY_STEPS_MS.map(() => 0) };
}
