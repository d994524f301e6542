import { Logger } from '@nestjs/common';
import type { Sql } from '../../../platform/database/database.public.js';
import type { SubmissionResult } from '../domain/availability.js';
import { JUDGED_SECONDS, type SpanResults } from '../domain/breaker-judgement.js';

/** Answers are collected and written together; a failure is written at once, with all that was collected before. */
const WRITE_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 10_000;

/** Answers of this many seconds share one row per merchant. A span counts the rows that begin within it. */
const COUNTED_SECONDS = 5;
const binOf = (time: string): string => `date_bin(interval '${COUNTED_SECONDS} seconds', ${time}, 'epoch')`;

/** A failure does not count if the breaker was closed while the submission was on its way. */
const WRITE = `
  WITH failed AS (
    INSERT INTO gateway_failures (gateway, order_id, merchant_id, is_silent)
    SELECT r.gateway, order_id, merchant_id, is_silent
    FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::boolean[], $5::float8[])
      AS r(gateway, order_id, merchant_id, is_silent, seconds) LEFT JOIN gateway_states s ON s.gateway = r.gateway
    WHERE s.closed_at IS NULL OR s.closed_at NOT BETWEEN now() - seconds * interval '1 second' AND now()
    ORDER BY r.gateway, order_id
    ON CONFLICT (gateway, order_id) DO UPDATE SET is_silent = excluded.is_silent, ended_at = excluded.ended_at
  ), mended AS (
    DELETE FROM gateway_failures f USING unnest($6::text[], $7::uuid[]) AS r(gateway, order_id)
    WHERE f.gateway = r.gateway AND f.order_id = r.order_id RETURNING f.gateway, merchant_id
  )
  INSERT INTO gateway_answers AS a (gateway, since, merchant_id, orders)
  SELECT gateway, ${binOf('now()')}, merchant_id, sum(orders)
  FROM (
    SELECT * FROM unnest($8::text[], $9::uuid[], $10::integer[]) AS r(gateway, merchant_id, orders)
    UNION ALL SELECT gateway, merchant_id, 1 FROM mended
  ) AS answered
  GROUP BY gateway, merchant_id ORDER BY gateway, merchant_id
  ON CONFLICT (gateway, since, merchant_id) DO UPDATE SET orders = a.orders + excluded.orders`;

/** While a breaker is not closed, its failures are kept: trials depend on who has failed before. */
const PRUNE = `
  WITH old AS (
    DELETE FROM gateway_answers
    WHERE since < now() - interval '${JUDGED_SECONDS.late + COUNTED_SECONDS} seconds' OR since > now() + interval '1 minute'
  )
  DELETE FROM gateway_failures f
  WHERE (ended_at < now() - interval '${JUDGED_SECONDS.late} seconds' OR ended_at > now() + interval '1 minute')
    AND NOT EXISTS (SELECT FROM gateway_states s WHERE s.gateway = f.gateway AND open_until IS NOT NULL)`;

/** For each gateway or only $1, and for both spans: all orders, and those of the merchant with the most failed ones. */
const COUNT = `
  WITH results AS (
    SELECT gateway, merchant_id, since AS at, orders, 0 AS failed, 0 AS silent FROM gateway_answers
    UNION ALL
    SELECT gateway, merchant_id, ${binOf('ended_at')}, 1, (NOT is_silent)::integer, is_silent::integer FROM gateway_failures
  ), merchants AS (
    SELECT gateway, span, merchant_id, sum(orders)::integer AS orders, sum(failed)::integer AS failed,
      sum(silent)::integer AS silent
    FROM results CROSS JOIN unnest(ARRAY[${JUDGED_SECONDS.soon}, ${JUDGED_SECONDS.late}]) AS span
    WHERE ($1::text IS NULL OR gateway = $1) AND at > now() - span * interval '1 second' AND at <= now()
    GROUP BY gateway, span, merchant_id
  )
  SELECT gateway, span, count(*)::integer AS merchants, sum(orders)::integer AS orders, sum(failed)::integer AS failed,
    sum(silent)::integer AS silent, (array_agg(jsonb_build_object('orders', orders, 'failed', failed, 'silent', silent)
      ORDER BY failed DESC, orders))[1] AS worst
  FROM merchants GROUP BY gateway, span ORDER BY gateway, span`;

export interface CountedSpan extends SpanResults {
  readonly gateway: string;
  /** In seconds. */
  readonly span: number;
  readonly merchants: number;
}

/** The results since the last write. */
class Batch {
  /** By gateway and order: only the last result counts. */
  private readonly unanswered = new Map<string, SubmissionResult>();
  /** Orders that are answered now and were submitted before: if the database has a failure of theirs, it is deleted. */
  private readonly answeredAgain = new Map<string, SubmissionResult>();
  /** How many orders were answered at the first attempt, by gateway and merchant. */
  private readonly answered = new Map<
    string,
    { readonly gateway: string; readonly merchantId: string; orders: number }
  >();

  get isEmpty(): boolean {
    return this.unanswered.size + this.answeredAgain.size + this.answered.size === 0;
  }

  get gatewaysWithFailures(): string[] {
    return [...new Set([...this.unanswered.values()].map(({ gateway }) => gateway))];
  }

  add(result: SubmissionResult): void {
    const { gateway, orderId, merchantId, attempt } = result;
    const key = `${gateway}/${orderId}`;
    this.unanswered.delete(key);
    this.answeredAgain.delete(key);
    if (result.result !== 'answered') this.unanswered.set(key, result);
    else if (attempt > 1) this.answeredAgain.set(key, result);
    else {
      const merchant = `${gateway}/${merchantId}`;
      const orders = (this.answered.get(merchant)?.orders ?? 0) + 1;
      this.answered.set(merchant, { gateway, merchantId, orders });
    }
  }

  get values(): readonly unknown[] {
    const failures = [...this.unanswered.values()];
    const again = [...this.answeredAgain.values()];
    const answered = [...this.answered.values()];
    return [
      failures.map(({ gateway }) => gateway),
      failures.map(({ orderId }) => orderId),
      failures.map(({ merchantId }) => merchantId),
      failures.map(({ result }) => result === 'silent'),
      failures.map(({ seconds }) => seconds),
      again.map(({ gateway }) => gateway),
      again.map(({ orderId }) => orderId),
      answered.map(({ gateway }) => gateway),
      answered.map(({ merchantId }) => merchantId),
      answered.map(({ orders }) => orders),
    ];
  }
}

/**
 * Counts in the database, for all processes, how submissions ended. The counts are kept for some minutes only. They are
 * never part of an order's transaction: a crash loses a second of counts.
 */
export class SubmissionResults {
  private readonly logger = new Logger('Gateways');
  private batch = new Batch();
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> | null = null;
  private prunedAt = -Infinity;

  /** @param judge is called for each gateway whose failures were written */
  constructor(
    private readonly sql: Sql,
    private readonly judge: (gateway: string) => Promise<void>,
  ) {}

  /** @returns for a failure, when it is written and judged; for an answer at once, since it is written later */
  async note(result: SubmissionResult): Promise<void> {
    this.batch.add(result);
    if (result.result !== 'answered') return this.write();
    this.timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  /** Writes all results so far. Those that arrive while a statement runs are written by the next one. */
  async write(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.writing ??= this.writeAll().finally(() => (this.writing = null));
    await this.writing;
  }

  count(gateway: string | null = null): Promise<CountedSpan[]> {
    return this.sql.query<CountedSpan>(COUNT, [gateway]);
  }

  private async writeAll(): Promise<void> {
    while (!this.batch.isEmpty) {
      const batch = this.batch;
      this.batch = new Batch();
      try {
        await this.sql.query(WRITE, batch.values);
        for (const gateway of batch.gatewaysWithFailures) await this.judge(gateway);
        if (performance.now() - this.prunedAt > PRUNE_EVERY_MS) await this.prune();
      } catch (error) {
        // Named decision: counts that are lost harm no order; the next ones are counted.
        this.logger.error(
          `submissions were not counted for the circuit breakers; no order is affected: ${String(error)}`,
        );
      }
    }
  }

  private async prune(): Promise<void> {
    this.prunedAt = performance.now();
    await this.sql.query(PRUNE);
  }
}
