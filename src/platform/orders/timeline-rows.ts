import type { Slice } from '../../shared/slice.js';
import type { TimelineRow } from '../../shared/submissions/timeline.js';
import { bound } from '../database/statements/bound.js';
import type { PointReads } from '../database/reads/point-reads.js';
import type { Sql } from '../database/statements/sql.js';
import { type Columns, fixed } from '../group-commit/columns.js';
import { Rows } from '../group-commit/rows.js';

const columns: Columns<TimelineRow<string>> = {
  orderId: fixed('order_id', 'uuid'),
  seq: fixed('seq', 'integer'),
  type: fixed('type', 'text'),
  from: fixed('from_status', 'text'),
  to: fixed('to_status', 'text'),
  at: fixed('at', 'timestamptz'),
  actor: fixed('actor', 'text'),
  reason: fixed('reason', 'text'),
  data: fixed('data', 'jsonb'),
  hash: fixed('hash', 'bytea'),
};

/**
 * Selects entries of an order's timeline: all, or those whose types begin with `kind` and whose data contains `about`.
 */
export interface TimelineOf {
  readonly merchantId: string;
  readonly orderId: string;
  readonly kind?: string;
  readonly about?: Readonly<Record<string, string>>;
}

/** Entries with an earlier date may lack a hash: versions before the hash chain wrote none. */
export async function unhashedUntil(sql: Sql): Promise<Date> {
  const [chain] = await sql.query<{ unhashed_until: Date }>('SELECT unhashed_until FROM timeline_chain');
  // Without the row each entry needs a hash.
  return chain?.unhashed_until ?? new Date(0);
}

/** Greater than every seq. */
const MAX_SEQ = 2_147_483_647;

/**
 * The table of a timeline: the same columns for every kind of order.
 * @param orderId the column with the order's id
 */
export class TimelineRows<Status extends string> extends Rows<TimelineRow<Status>> {
  private readonly reading: {
    readonly page: (order: Slice['order']) => string;
    readonly attempts: string;
    readonly last: string;
    readonly ofOrders: string;
  };

  constructor(
    table: string,
    private readonly orderId: string,
  ) {
    super(table, {
      fromBook: { merchantId: fixed('merchant_id', 'uuid') },
      key: ['orderId', 'seq'],
      // The columns are the same whatever the statuses are.
      columns: { ...columns, orderId: fixed<string>(orderId, 'uuid') } as unknown as Columns<TimelineRow<Status>>,
    });
    // Entries about something that belongs to the order name it in their data, and in the first word of their type.
    const selected = `WHERE t.merchant_id = $1 AND t.${orderId} = $2 AND t.type LIKE $3 AND t.data @> $4::jsonb`;
    this.reading = {
      last: `SELECT w.place, ${this.list('t')}
        FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS w(merchant_id, order_id, about, place)
        CROSS JOIN LATERAL (
          SELECT * FROM ${table} t WHERE t.merchant_id = w.merchant_id AND t.${orderId} = w.order_id AND t.type = $4
            AND t.data @> w.about::jsonb AND ${bound('t.merchant_id', 5)} ORDER BY t.seq DESC LIMIT 1
        ) t`,
      page: (order) => `SELECT ${this.list('t')} FROM ${table} t ${selected} AND t.seq > $5 AND t.seq < $6
        ORDER BY t.seq ${order} LIMIT $7 OFFSET $8`,
      attempts: `SELECT ${this.list('t')} FROM ${table} t ${selected}
        AND coalesce(t.data -> 'answer' ->> 'attempt', t.data ->> 'attempt')::integer BETWEEN $5 AND $6 + 1 ORDER BY t.seq`,
      ofOrders: `SELECT ${this.list('t')} FROM ${table} t
        WHERE t.merchant_id = $1 AND t.${orderId} = ANY($2) ORDER BY t.${orderId}, t.seq`,
    };
  }

  /** A page of the entries, the oldest first. Outside the write path. */
  page(sql: Sql, of: TimelineOf, { after, before, order, take, offset }: Slice): Promise<TimelineRow<Status>[]> {
    const values = [...selectedBy(of), Number(after ?? 0), Number(before ?? MAX_SEQ), take, offset];
    return this.read(sql, this.reading.page(order), values);
  }

  /**
   * The entries about these attempts, both included, and the entry that begins the next one. Outside the write path.
   */
  attempts(sql: Sql, of: TimelineOf, from: number, to: number): Promise<TimelineRow<Status>[]> {
    return this.read(sql, this.reading.attempts, [...selectedBy(of), from, to]);
  }

  /** All entries of these orders of a merchant, by order and seq. */
  ofOrders(sql: Sql, merchantId: string, orderIds: readonly string[]): Promise<TimelineRow<Status>[]> {
    return this.read(sql, this.reading.ofOrders, [merchantId, orderIds]);
  }

  /**
   * SQL that reads the ids of a merchant's orders that have a timeline, and whether each order exists. Its values are
   * the merchant, the id to start after, and the limit.
   * @param orders the table of the orders
   */
  tracesOf(orders: string): string {
    return `SELECT e.id, EXISTS (SELECT FROM ${orders} o WHERE o.merchant_id = $1 AND o.id = e.id) AS exists FROM (
        SELECT DISTINCT ${this.orderId} AS id FROM ${this.table} WHERE merchant_id = $1 AND ${this.orderId} > $2
        ORDER BY 1 LIMIT $3
      ) e ORDER BY e.id`;
  }

  /** The last entry of this type of each of these orders; null if there is none. Outside the write path. */
  async last(
    reads: PointReads,
    type: string,
    orders: readonly Omit<TimelineOf, 'kind'>[],
  ): Promise<(TimelineRow<Status> | null)[]> {
    const found = orders.map((): TimelineRow<Status> | null => null);
    const merchants = orders.map(({ merchantId }) => merchantId);
    const ids = orders.map(({ orderId }) => orderId);
    const abouts = orders.map(({ about = {} }) => JSON.stringify(about));
    const rows = await reads.placement.ofShards(merchants, (boundTo) =>
      reads.query<Record<string, unknown>>(this.reading.last, [merchants, ids, abouts, type, boundTo]),
    );
    for (const { place, ...row } of rows) found[Number(place) - 1] = this.fromRow(row);
    return found;
  }

  private async read(sql: Sql, text: string, values: readonly unknown[]): Promise<TimelineRow<Status>[]> {
    return (await sql.query<Record<string, unknown>>(text, [...values])).map(this.fromRow);
  }
}

/** The values of the condition `selected`. */
function selectedBy({ merchantId, orderId, about = {}, kind = '' }: TimelineOf): unknown[] {
  return [merchantId, orderId, `${kind}%`, JSON.stringify(about)];
}
