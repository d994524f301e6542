import { Injectable } from '@nestjs/common';
import type { Slice } from '../../shared/slice.js';
import { bound, type BoundTo } from '../database/statements/bound.js';
import { ListQuery } from '../database/reads/list-query.js';
import { Lists } from '../database/reads/lists.js';
import { PointReads } from '../database/reads/point-reads.js';
import { type SqlTemplate, table, template, value } from '../database/statements/sql-template.js';

/** A row of the outbox that merchants are shown. */
export interface StoredEvent {
  readonly merchantId: string;
  readonly id: string;
  readonly type: string;
  readonly createdAt: Date;
  /** Grows by one with each event of the merchant, in commit order. */
  readonly sequence: number;
  /** The object that it happened to: a payout, a payment or a refund. */
  readonly objectId: string;
  /** The object as the API showed it then, as JSON. */
  readonly object: string;
  readonly previousStatus: string | null;
}

export interface EventFilter {
  /** Null: every merchant's, for operators. */
  readonly merchantId: string | null;
  /** Null: every type, including types that this version does not know. */
  readonly type: string | null;
  /** The object that they happened to; null: any object. */
  readonly objectId: string | null;
  readonly createdFrom: Date | null;
  readonly createdTo: Date | null;
}

/** Its columns. */
export interface EventRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly type: string;
  readonly created_at: Date;
  readonly sequence: string;
  readonly object_id: string;
  readonly object: string;
  readonly previous_status: string | null;
}

export const COLUMNS =
  'p.merchant_id, p.id, p.type, p.created_at, p.sequence, p.object_id, p.object, p.previous_status';

/** Rows of earlier versions, and events that only the queues get, have no number. */
const IS_EVENT = 'p.sequence IS NOT NULL';

const OF_MERCHANT = `SELECT ${COLUMNS} FROM outbox p WHERE p.merchant_id = $1 AND p.id = $2 AND ${IS_EVENT}`;

/** The types of one merchant's events, or of everybody's: one look-up in the list's index per type. */
const typesOf = (whose: SqlTemplate): SqlTemplate => {
  const next = (behind: string): SqlTemplate =>
    template`SELECT min(t.type) FROM ${table('outbox')} t WHERE t.sequence IS NOT NULL AND ${whose} AND t.type > ${behind}`;
  return template`WITH RECURSIVE types(type) AS (
      (${next(`''`)}) UNION ALL SELECT (${next('types.type')}) FROM types WHERE types.type IS NOT NULL
    ) SELECT type FROM types WHERE type IS NOT NULL`;
};
/** The types of everybody's events. */
export const TYPES_OF_ALL = typesOf(template`true`);

/**
 * The merchant that an event belongs to. Uses the index of everybody's list, which begins with the type: no other index
 * has the id.
 */
const OWNER_OF = template`
  SELECT p.merchant_id FROM (${TYPES_OF_ALL}) AS wanted(type) CROSS JOIN LATERAL (
    SELECT * FROM ${table('outbox')} o
    WHERE o.type = wanted.type AND o.sequence IS NOT NULL AND substr(uuid_send(o.id), 1) = substr(uuid_send(${value(1)}::uuid), 1)
  ) p`;

/** How far a reader of a merchant's events has come. */
export interface EventPosition {
  readonly merchantId: string;
  /** The last number that it has. */
  readonly after: number;
}

const BEHIND = `
  SELECT w.reader, ${COLUMNS} FROM unnest($1::uuid[], $2::bigint[]) WITH ORDINALITY AS w(merchant_id, after, reader)
  CROSS JOIN LATERAL (
    SELECT * FROM outbox o WHERE o.merchant_id = w.merchant_id AND o.sequence > w.after AND ${bound('o.merchant_id', 4)} ORDER BY o.sequence LIMIT $3
  ) p
  ORDER BY w.reader, p.sequence`;

const LAST = 'SELECT max(sequence) AS last FROM outbox WHERE merchant_id = $1 AND sequence IS NOT NULL';

/** Ordinary reads of events, outside the write path. */
@Injectable()
export class StoredEvents {
  constructor(
    private readonly reads: PointReads,
    private readonly lists: Lists,
  ) {}

  /** @throws TooManyConcurrentRequests, ListTooSlow */
  async list(filter: EventFilter, slice: Slice): Promise<StoredEvent[]> {
    const query = queryOf(filter).where(IS_EVENT).created(filter).wide('merchant_id', 'id').page(slice);
    return (await this.lists.read<EventRow>(query)).map(eventOf);
  }

  /** @param merchantId null: any merchant's, for operators */
  async find(merchantId: string | null, id: string): Promise<StoredEvent | null> {
    const ownerId = merchantId ?? (await this.ownerOf(id));
    const [row] = ownerId === null ? [] : await this.reads.query<EventRow>(OF_MERCHANT, [ownerId, id]);
    return row === undefined ? null : eventOf(row);
  }

  /** The number of the merchant's last event; 0 before the first. */
  async lastOf(merchantId: string): Promise<number> {
    const [row] = await this.reads.query<{ last: string | null }>(LAST, [merchantId]);
    return Number(row?.last ?? 0);
  }

  /**
   * The events after each of these positions, up to `limit` each, ordered by number.
   * @param shard the merchants, where they are known to lie in one shard
   */
  async behind(positions: readonly EventPosition[], limit: number, shard: BoundTo = null): Promise<StoredEvent[][]> {
    const found = positions.map((): StoredEvent[] => []);
    const merchantIds = positions.map(({ merchantId }) => merchantId);
    const values = [merchantIds, positions.map(({ after }) => after), limit];
    const read = (merchants: BoundTo): Promise<(EventRow & { readonly reader: string })[]> =>
      this.reads.query(BEHIND, [...values, merchants]);
    const { placement } = this.reads;
    for (const row of shard === null ? await placement.ofShards(merchantIds, read) : await read(shard))
      found[Number(row.reader) - 1]!.push(eventOf(row));
    return found;
  }

  private ownerOf(id: string): Promise<string | null> {
    return this.reads.placement.ownerOf(OWNER_OF, id);
  }
}

/** Chooses the index that serves these filters. */
function queryOf({ merchantId, type, objectId }: EventFilter): ListQuery {
  if (objectId !== null)
    return new ListQuery('outbox', COLUMNS)
      .among('p.object_id', 'uuid', [objectId])
      .equal({ merchant_id: merchantId, type });
  const query = new ListQuery('outbox', COLUMNS, merchantId === null ? 'of all' : 'of one');
  if (merchantId !== null) query.ofMerchant(merchantId);
  if (type !== null) return query.among('p.type', 'text', [type]);
  return merchantId === null
    ? query.inSubquery('p.type', () => TYPES_OF_ALL)
    : query.inSubquery('p.type', ({ value, bound }) =>
        typesOf(template`uuid_send(t.merchant_id) = uuid_send(${value(merchantId)}::uuid) AND ${bound('t')}`),
      );
}

export function eventOf(row: EventRow): StoredEvent {
  return {
    merchantId: row.merchant_id,
    id: row.id,
    type: row.type,
    createdAt: row.created_at,
    sequence: Number(row.sequence),
    objectId: row.object_id,
    object: row.object,
    previousStatus: row.previous_status,
  };
}
