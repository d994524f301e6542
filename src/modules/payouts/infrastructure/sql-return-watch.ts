import { Injectable, Logger } from '@nestjs/common';
import {
  Database,
  joined,
  type SqlTemplate,
  table,
  template,
  value,
} from '../../../platform/database/database.public.js';
import { ReturnWatch, type WatchedPayout } from '../domain/return-watch.js';

interface DueRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly due_at: string;
}

/** Longer than a call to a bank and a busy book take together. */
const LEASE_SECONDS = 120;

/** A little less than the ticker's second: otherwise every other tick would find that the turn has not ended yet. */
const TURN_SECONDS = 0.9;

/** No look is planned further ahead than this; if one is, a clock that ran ahead has dated it, and it is due now. */
const LONGEST_PLAN = '25 hours';

const part = (turn: number, condition: string): SqlTemplate => template`
  (SELECT ${turn} AS turn, merchant_id, id, watch_next_at FROM ${table('payouts')} WHERE gateway = ${value(1)} AND ${condition}
   ORDER BY watch_next_at LIMIT ${value(2)})`;

/** Payouts that the bank has called failed once come first: a second report confirms it only for a limited time. */
const DUE = template`
  SELECT merchant_id, id, watch_next_at::text AS due_at, turn FROM (${joined(
    [
      part(1, 'watch_next_at <= now() AND first_rejected_at IS NOT NULL'),
      part(2, 'watch_next_at <= now() AND first_rejected_at IS NULL'),
      part(3, `watch_next_at > now() + interval '${LONGEST_PLAN}'`),
    ],
    ' UNION ALL ',
  )}) due ORDER BY turn, watch_next_at LIMIT ${value(2)}`;

/** A look that is later than planned by more than this counts as late by just this much. */
const LATE = '1 hour';

/** One process at a time, of all processes, has the turn at a bank. */
const TURN = `
  INSERT INTO payout_watch_turns AS turn (gateway, taken_at) VALUES ($1, clock_timestamp())
  ON CONFLICT (gateway) DO UPDATE SET taken_at = excluded.taken_at
  WHERE abs(extract(epoch FROM excluded.taken_at - turn.taken_at)) >= ${TURN_SECONDS}
  RETURNING gateway`;

/** Milliseconds, as the write path reads and writes it. */
const NOW = `date_trunc('milliseconds', statement_timestamp())`;

const CLAIM = `
  WITH claimed AS (
    UPDATE payouts SET watch_next_at = ${NOW} + interval '${LEASE_SECONDS} seconds'
    WHERE merchant_id = $1 AND id = $2 AND watch_next_at = $3::timestamptz
    RETURNING watch_next_at, watched_from
  )
  SELECT watch_next_at::text AS lease_ends_at, extract(epoch
    FROM least(statement_timestamp(), $3::timestamptz + interval '${LATE}') - watched_from)::double precision AS elapsed
  FROM claimed`;

const PLAN = `
  UPDATE payouts SET watch_next_at = ${NOW} + $4::double precision * interval '1 second'
  WHERE merchant_id = $1 AND id = $2 AND watch_next_at = $3::timestamptz`;

/**
 * Changes `watch_next_at` without the book's lock: it says nothing about money, and if a write of the whole row brings
 * an earlier date back, that costs one inquiry.
 */
@Injectable()
export class SqlReturnWatch extends ReturnWatch {
  private readonly logger = new Logger('Payouts');

  constructor(private readonly database: Database) {
    super();
  }

  override async take(gateway: string, atMost: number): Promise<readonly WatchedPayout[]> {
    const due = await this.database.placement.search<DueRow>(DUE, [gateway, atMost], {
      by: ['turn', 'due_at'],
      limit: atMost,
    });
    if (due.length === 0) return [];
    const turn = await this.database.query(TURN, [gateway]);
    if (turn.length === 0) return [];
    const claims = due.map((row) =>
      this.claim(row).catch((error: unknown) => {
        // Named decision: it stays due, and the payouts that could be taken have their turn.
        this.logger.error(
          `payout ${row.id} was not claimed for asking whether its money came back; it stays due: ${String(error)}`,
        );
        return [];
      }),
    );
    return (await Promise.all(claims)).flat();
  }

  override async plan({ merchantId, id, leaseEndsAt }: WatchedPayout, seconds: number | null): Promise<void> {
    await this.database.query(PLAN, [merchantId, id, leaseEndsAt, seconds]);
  }

  private async claim({ merchant_id: merchantId, id, due_at }: DueRow): Promise<WatchedPayout[]> {
    const claimed = await this.database.query<{ lease_ends_at: string; elapsed: number }>(CLAIM, [
      merchantId,
      id,
      due_at,
    ]);
    return claimed.map(({ lease_ends_at: leaseEndsAt, elapsed }) => ({ merchantId, id, elapsed, leaseEndsAt }));
  }
}
