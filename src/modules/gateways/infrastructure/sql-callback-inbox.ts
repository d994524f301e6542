import type { Sql } from '../../../platform/database/database.public.js';
import type { Destination } from '../domain/bank-gateway.js';
import {
  CallbackInbox,
  type CallbackKey,
  type CallbackMessage,
  type CallbackOutcome,
  type CallbackSubject,
  type DueCallback,
  type StoredCallback,
  type ReportedEvent,
} from '../domain/callback-inbox.js';

/** No callback is postponed for longer. A later date was written while the clock ran ahead, and counts as due now. */
const LONGEST_PAUSE = `interval '1 hour'`;

interface CallbackRow {
  readonly gateway: string;
  readonly event_id: string;
  readonly reference: string;
  readonly subject: CallbackSubject;
  readonly amount_minor: string | null;
  readonly currency: string | null;
  /** The ending, which was checked before it was stored. */
  readonly ending: object;
  readonly destination: Destination | null;
  readonly body_digest: string;
  readonly received_at: Date;
  readonly tries: number;
}

export class SqlCallbackInbox extends CallbackInbox {
  constructor(private readonly sql: Sql) {
    super();
  }

  override async store(gateway: string, event: ReportedEvent, { digest, text }: CallbackMessage): Promise<boolean> {
    const { eventId, subject, reference, amountMinor, currency, ending } = event;
    const destination = 'destination' in event ? JSON.stringify(event.destination) : null;
    const added = await this.sql.query(
      `INSERT INTO gateway_callbacks
         (gateway, event_id, subject, reference, amount_minor, currency, ending, body_digest, body, destination)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (gateway, event_id) DO NOTHING RETURNING event_id`,
      [gateway, eventId, subject, reference, amountMinor, currency, JSON.stringify(ending), digest, text, destination],
    );
    return added.length > 0;
  }

  override async storeUnreadable(
    gateway: string,
    port: 'payout' | 'payment',
    { digest, text }: CallbackMessage,
  ): Promise<boolean> {
    const added = await this.sql.query(
      `INSERT INTO gateway_callbacks (gateway, event_id, subject, body_digest, body, next_try_at, outcome)
       VALUES ($1, $2, $3, $4, $5, NULL, 'unreadable') ON CONFLICT (gateway, event_id) DO NOTHING RETURNING event_id`,
      [gateway, `unreadable-${digest}`, port, digest, text],
    );
    return added.length > 0;
  }

  override async find({ gateway, eventId }: CallbackKey): Promise<StoredCallback | null> {
    const [row] = await this.sql.query<CallbackRow>(
      'SELECT * FROM gateway_callbacks WHERE gateway = $1 AND event_id = $2 AND next_try_at IS NOT NULL',
      [gateway, eventId],
    );
    return row === undefined ? null : fromRow(row);
  }

  override async due(
    subjects: readonly CallbackSubject[],
    limit: number,
    after: DueCallback | null,
  ): Promise<readonly DueCallback[]> {
    const rows = await this.sql.query<{ gateway: string; event_id: string; due_at: string }>(
      `SELECT gateway, event_id, next_try_at::text AS due_at FROM gateway_callbacks
       WHERE (next_try_at <= now() OR next_try_at > now() + ${LONGEST_PAUSE}) AND subject = ANY($1)
         AND ($3::timestamptz IS NULL OR (next_try_at, gateway, event_id) > ($3, $4::text, $5::text))
       ORDER BY next_try_at, gateway, event_id LIMIT $2`,
      [subjects, limit, after?.dueAt ?? null, after?.gateway ?? null, after?.eventId ?? null],
    );
    return rows.map(({ gateway, event_id: eventId, due_at: dueAt }) => ({ gateway, eventId, dueAt }));
  }

  /**
   * Deletes the text of a processed callback, which is of no further use and the larger part of the row. The full
   * account number is always deleted: where a person must look, the text has its last digits.
   */
  override async end({ gateway, eventId }: CallbackKey, outcome: CallbackOutcome): Promise<boolean> {
    const ended = await this.sql.query(
      `UPDATE gateway_callbacks
       SET next_try_at = NULL, outcome = $3, destination = NULL, body = CASE WHEN $3 = 'taken_in' THEN NULL ELSE body END
       WHERE gateway = $1 AND event_id = $2 AND next_try_at IS NOT NULL RETURNING event_id`,
      [gateway, eventId, outcome],
    );
    return ended.length > 0;
  }

  override async prune(days: number, limit: number): Promise<number> {
    const deleted = await this.sql.query(
      `DELETE FROM gateway_callbacks c USING (
         SELECT gateway, event_id FROM gateway_callbacks
         WHERE outcome = 'taken_in' AND received_at < now() - make_interval(days => $1) ORDER BY received_at LIMIT $2
       ) old WHERE c.gateway = old.gateway AND c.event_id = old.event_id RETURNING 1`,
      [days, limit],
    );
    return deleted.length;
  }

  override async postpone({ gateway, eventId }: CallbackKey, seconds: number): Promise<void> {
    await this.sql.query(
      `UPDATE gateway_callbacks SET next_try_at = now() + $3::double precision * interval '1 second', tries = tries + 1
       WHERE gateway = $1 AND event_id = $2 AND next_try_at IS NOT NULL`,
      [gateway, eventId, seconds],
    );
  }
}

function fromRow(row: CallbackRow): StoredCallback {
  return {
    gateway: row.gateway,
    eventId: row.event_id,
    subject: row.subject,
    reference: row.reference,
    amountMinor: row.amount_minor === null ? null : BigInt(row.amount_minor),
    currency: row.currency,
    ending: row.ending,
    ...(row.destination === null ? {} : { destination: row.destination }),
    digest: row.body_digest,
    receivedAt: row.received_at,
    tries: row.tries,
  } as StoredCallback;
}
