import { Injectable, Logger } from '@nestjs/common';
import { CLAIM_MARGIN_SECONDS, Database } from '../../../platform/database/database.public.js';
import { Sealer } from '../../../platform/sealing/sealing.public.js';
import { type ClaimedDelivery, DeliveryWork, type EndpointCapacities } from '../domain/deliveries.js';
import type { TurnedOff } from '../domain/delivery.js';
import { type HookResult, isDelivered, isOfReceiver } from '../domain/hook-sender.js';
import { openSecrets } from './endpoint-secrets.js';
import { HAS_FAILED_FOR_DAYS } from './endpoint-switch-store.js';
import { OPERATORS } from './operators.js';

/** Longer than an attempt takes. If a process is killed, its claimed deliveries wait for this long. */
const CLAIM_SECONDS = 20;

/**
 * Compares with the time of the statement, so that the index can be used. A claim that ends later than is possible was
 * dated by a wrong clock, and does not count.
 */
const IS_DUE = `d.status = 'pending' AND d.next_attempt_at <= statement_timestamp()
  AND (d.claimed_until IS NULL OR d.claimed_until NOT BETWEEN statement_timestamp()
    AND statement_timestamp() + interval '${CLAIM_SECONDS + CLAIM_MARGIN_SECONDS} seconds')`;

/** For ordered endpoints: the merchant's first pending delivery, so that only one is on its way at a time. */
const IS_FIRST = `NOT EXISTS (
  SELECT FROM webhook_deliveries h
  WHERE h.endpoint_id = d.endpoint_id AND h.merchant_id = d.merchant_id AND h.status = 'pending' AND h.sequence < d.sequence)`;

/**
 * Looks at each endpoint by itself, so that one with many due deliveries does not hold up the others. $2 and $3: how
 * many deliveries each of the busy endpoints can take now; $4: how many any other endpoint can take. $5: the keys of
 * this process; deliveries whose secrets need another key wait for a process that has it.
 */
const CLAIM = `
  WITH due AS (
    SELECT d.merchant_id, d.id, e.merchant_id AS owner_id, e.url, e.is_ordered, e.secret,
      s.previous_secret
    FROM webhook_endpoints e
    CROSS JOIN LATERAL (
      SELECT CASE WHEN e.previous_secret_until > clock_timestamp() THEN e.previous_secret END AS previous_secret
    ) s
    LEFT JOIN unnest($2::uuid[], $3::integer[]) AS capacity(endpoint_id, deliveries) ON capacity.endpoint_id = e.id
    CROSS JOIN LATERAL (
      SELECT merchant_id, id, next_attempt_at FROM webhook_deliveries d
      WHERE d.endpoint_id = e.id AND ${IS_DUE} AND (NOT e.is_ordered OR ${IS_FIRST})
      ORDER BY d.next_attempt_at LIMIT coalesce(capacity.deliveries, $4)
      FOR UPDATE OF d SKIP LOCKED
    ) d
    WHERE e.is_active AND e.paused_since IS NULL
      AND (split_part(e.secret, '.', 2) = ANY($5) OR split_part(s.previous_secret, '.', 2) = ANY($5))
    ORDER BY d.next_attempt_at LIMIT $1
  )
  UPDATE webhook_deliveries d SET attempts = d.attempts + 1, tries = d.tries + 1,
    claimed_until = clock_timestamp() + interval '${CLAIM_SECONDS} seconds'
  FROM due WHERE d.merchant_id = due.merchant_id AND d.id = due.id
  RETURNING d.merchant_id, d.id, d.endpoint_id, d.event_id, d.attempts, d.tries, d.body, due.owner_id, due.url, due.is_ordered,
    due.secret, due.previous_secret, clock_timestamp() AS at`;

/**
 * $4: the number of the attempt; if another process has claimed the delivery since, the number is different and nothing
 * happens. $9: null if it is not tried again. $12: whether the attempt counts as a try.
 * If somebody has asked for the delivery to be sent again meanwhile (`tries` is 0), a failure does not undo that.
 * An endpoint that may change is locked before the delivery, in the same order as when it is removed. `paused_since` is
 * when the delivery failed that holds up the others, and `failing_since` is no later, so that `recover` from either time
 * sends that delivery again.
 */
const RECORD = `
  WITH endpoint AS (
    SELECT e.merchant_id, e.id FROM webhook_endpoints e
    WHERE e.id = $3 AND $12::boolean AND ((e.failing_since IS NULL) <> $8::boolean OR (e.is_ordered AND $9::double precision IS NULL))
    FOR NO KEY UPDATE
  ), ended AS (
    UPDATE webhook_deliveries d SET claimed_until = NULL, tries = CASE WHEN $12::boolean OR d.tries = 0 THEN d.tries ELSE d.tries - 1 END,
      status = CASE WHEN $8::boolean THEN 'delivered' WHEN $9::double precision IS NULL AND d.tries > 0 THEN 'failed' ELSE 'pending' END,
      next_attempt_at = CASE WHEN $8 THEN NULL WHEN d.tries = 0 THEN d.next_attempt_at
        ELSE clock_timestamp() + $9 * interval '1 millisecond' END,
      ended_at = CASE WHEN $8 OR ($9 IS NULL AND d.tries > 0) THEN date_trunc('milliseconds', clock_timestamp()) END
    FROM (SELECT count(*) FROM endpoint) AS locked
    WHERE d.merchant_id = $1 AND d.id = $2 AND d.attempts = $4 AND d.status = 'pending'
    RETURNING d.merchant_id, d.id, d.status, d.ended_at
  ), attempt AS (
    INSERT INTO webhook_attempts
      (merchant_id, delivery_id, number, endpoint_id, started_at, duration_ms, status_code, failure, answer, is_delivered,
        is_counted)
    SELECT merchant_id, id, $4, $3::uuid, $5::timestamptz, $6::integer, $7::integer, $10::text, $11::text, $8, $12 FROM ended
    ON CONFLICT DO NOTHING
  )
  UPDATE webhook_endpoints e SET
    failing_since = CASE WHEN $8 THEN NULL ELSE coalesce(e.failing_since, ended.ended_at, clock_timestamp()) END,
    paused_since = CASE WHEN e.is_ordered AND ended.status = 'failed' THEN coalesce(e.paused_since, ended.ended_at)
      ELSE e.paused_since END
  FROM ended CROSS JOIN endpoint
  WHERE e.merchant_id = endpoint.merchant_id AND e.id = endpoint.id`;

/** The clock was set back within the last hour of live time. */
const WAS_SET_BACK = 'l.set_back_live_ms > l.live_ms - 3600000';

/**
 * $1: the furthest ahead that an attempt can be planned, $2: the same by the number of tries. Normally one index
 * look-up for each endpoint, which finds nothing; only after the clock was set back are all waiting deliveries looked
 * through.
 */
const PLAN_MISDATED = `
  WITH misdated AS (
    SELECT d.merchant_id, d.id FROM webhook_endpoints e CROSS JOIN LATERAL (
      SELECT merchant_id, id FROM webhook_deliveries d
      WHERE d.endpoint_id = e.id AND d.status = 'pending' AND d.next_attempt_at > (
          SELECT statement_timestamp() + CASE WHEN ${WAS_SET_BACK} THEN 0 ELSE $1 END * interval '1 millisecond'
          FROM live_time l
        )
        AND d.next_attempt_at > statement_timestamp()
          + ($2::double precision[])[least(d.tries, cardinality($2::double precision[]) - 1) + 1] * interval '1 millisecond'
      ORDER BY d.next_attempt_at LIMIT $3 FOR UPDATE OF d SKIP LOCKED
    ) d
    LIMIT $3
  )
  UPDATE webhook_deliveries d SET next_attempt_at = clock_timestamp()
  FROM misdated WHERE d.merchant_id = misdated.merchant_id AND d.id = misdated.id
  RETURNING 1`;

const HAS_FAILED = `SELECT FROM webhook_endpoints e WHERE e.id = $1 AND e.is_active AND ${HAS_FAILED_FOR_DAYS}`;

const TURN_OFF = `
  UPDATE webhook_endpoints e SET is_active = false, turned_off = $2,
    updated_at = greatest(e.updated_at, date_trunc('milliseconds', clock_timestamp()))
  WHERE e.id = $1 AND e.is_active
  RETURNING e.id`;

interface ClaimedRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly endpoint_id: string;
  readonly owner_id: string;
  readonly event_id: string;
  readonly attempts: number;
  readonly tries: number;
  readonly body: string;
  readonly url: string;
  readonly is_ordered: boolean;
  readonly secret: string;
  readonly previous_secret: string | null;
  readonly at: Date;
}

@Injectable()
export class SqlDeliveryWork extends DeliveryWork {
  private readonly logger = new Logger('webhooks');

  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
  ) {
    super();
  }

  override async claim(limit: number, free: EndpointCapacities): Promise<ClaimedDelivery[]> {
    const rows = await this.database.query<ClaimedRow>(CLAIM, [
      limit,
      free.endpointIds,
      free.capacities,
      free.fullCapacity,
      this.sealer.keyIds,
    ]);
    return rows.map((row) => this.claimed(row));
  }

  override async record(delivery: ClaimedDelivery, result: HookResult, retryMs: number | null): Promise<void> {
    const { merchantId, id, endpointId, attempt, at } = delivery;
    const { durationMs, statusCode, failure, answer } = result;
    await this.database.query(RECORD, [
      merchantId,
      id,
      endpointId,
      attempt,
      at,
      durationMs,
      statusCode,
      isDelivered(result),
      retryMs,
      failure,
      answer,
      isOfReceiver(result),
    ]);
  }

  override async planMisdated(longestMs: readonly number[], limit: number): Promise<number> {
    return (await this.database.query(PLAN_MISDATED, [Math.max(...longestMs), longestMs, limit])).length;
  }

  override async hasFailedForDays(endpointId: string): Promise<boolean> {
    return (await this.database.query(HAS_FAILED, [endpointId])).length > 0;
  }

  override async turnOff(endpointId: string, why: TurnedOff): Promise<boolean> {
    return (await this.database.query(TURN_OFF, [endpointId, why])).length > 0;
  }

  private claimed(row: ClaimedRow): ClaimedDelivery {
    return {
      merchantId: row.merchant_id,
      id: row.id,
      endpointId: row.endpoint_id,
      ownerId: row.owner_id === OPERATORS ? null : row.owner_id,
      eventId: row.event_id,
      attempt: row.attempts,
      tries: row.tries,
      body: row.body,
      url: row.url,
      isOrdered: row.is_ordered,
      secrets: this.secretsOf(row),
      at: row.at,
    };
  }

  /**
   * None if they are damaged, or from another row: this delivery then waits for a person, but does not hold up others.
   */
  private secretsOf({ owner_id: ownerId, endpoint_id: endpointId, secret, previous_secret }: ClaimedRow): string[] {
    try {
      return openSecrets(this.sealer, { ownerId, endpointId }, [secret, previous_secret]);
    } catch (error) {
      this.logger.error(
        `webhook endpoint ${endpointId} gets no events, because its secret cannot be decrypted ` +
          `(POST /webhook-endpoints/:id/rotate-secret replaces it): ${String(error)}`,
      );
      return [];
    }
  }
}
