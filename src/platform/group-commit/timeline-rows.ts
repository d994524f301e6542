import type { TimelineRow } from '../../shared/timeline.js';
import type { Sql } from '../database/sql.js';
import { type Columns, fixed } from './columns.js';
import { Rows } from './rows.js';

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
};

/**
 * The table of a timeline: the same columns for every kind of order.
 * @param orderId the column with the order's id
 */
export class TimelineRows<Status extends string> extends Rows<TimelineRow<Status>> {
  private readonly text: string;

  constructor(table: string, orderId: string) {
    super(table, {
      fromBook: { merchantId: fixed('merchant_id', 'uuid') },
      key: ['orderId', 'seq'],
      // Which statuses there are is not the columns' concern.
      columns: { ...columns, orderId: fixed<string>(orderId, 'uuid') } as unknown as Columns<TimelineRow<Status>>,
    });
    this.text = `SELECT ${this.list('t')} FROM ${table} t WHERE merchant_id = $1 AND ${orderId} = $2 ORDER BY seq`;
  }

  /** The entries of one order, the oldest first. Outside the write path. */
  async of(sql: Sql, merchantId: string, orderId: string): Promise<TimelineRow<Status>[]> {
    return (await sql.query<Record<string, unknown>>(this.text, [merchantId, orderId])).map(this.fromRow);
  }
}
