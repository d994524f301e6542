import { Injectable } from '@nestjs/common';
import { PointReads } from '../database/reads/point-reads.js';
import { homesOf, layoutOf, type Home, type Layout } from '../database/shards/node-by-node.js';
import { boundIn } from '../database/statements/bound.js';
import { table, template, textOf, value } from '../database/statements/sql-template.js';
import {
  COLUMNS,
  eventOf,
  type EventPosition,
  type EventRow,
  type StoredEvent,
  TYPES_OF_ALL,
} from './stored-events.js';

/** The merchant, id and number of an event, without what it shows. */
export interface EventPlace {
  readonly merchantId: string;
  readonly id: string;
  readonly sequence: number;
}

/** A part of a merchant's events. */
export interface EventRange extends EventPosition {
  /** The last number that is wanted. */
  readonly upTo: number;
}

/** Everything except the time is null if there is no event. */
interface PlaceRow {
  readonly now_ms: string;
  readonly merchant_id: string | null;
  readonly id: string;
  readonly sequence: string;
}

/**
 * All merchants' events, by the index of their list. The time is when the statement began: the result contains nothing
 * that was committed later.
 */
export const SINCE = template`
  SELECT (extract(epoch FROM statement_timestamp()) * 1000)::bigint AS now_ms, f.*
  FROM (SELECT) AS once LEFT JOIN (
    SELECT p.merchant_id, p.id, p.sequence FROM (${TYPES_OF_ALL}) AS known(type) CROSS JOIN LATERAL (
      SELECT merchant_id, id, sequence FROM ${table('outbox')} o
      WHERE o.type = known.type AND o.sequence IS NOT NULL
        AND substr(uuid_send(o.id), 1) >= substr(uuid_send(${value(1)}::uuid), 1)
      ORDER BY substr(uuid_send(o.id), 1) LIMIT ${value(2)}
    ) p ORDER BY p.id LIMIT ${value(2)}
  ) f ON true
  ORDER BY f.id`;

/** The events of several merchants, each between two numbers. */
export const BETWEEN = template`
  SELECT ${COLUMNS} FROM unnest(${value(1)}::uuid[], ${value(2)}::bigint[], ${value(3)}::bigint[]) AS w(merchant_id, after, up_to)
  CROSS JOIN LATERAL (
    SELECT * FROM ${table('outbox')} o
    WHERE o.merchant_id = w.merchant_id AND o.sequence > w.after AND o.sequence <= w.up_to AND ${boundIn('o.merchant_id', 4)}
    ORDER BY o.sequence
  ) p
  ORDER BY p.id`;

/** Where events are, so that a stream of all events notices when that has changed. */
export interface EventLayout {
  /** Changes when a shard is moved, for example. */
  readonly text: string;
  /** The names of all parts. */
  readonly parts: readonly string[];
  /** Whether one part may be down while the others are not. */
  readonly mayBeAway: boolean;
}

/** Events that are read together: all of them, or those of one node, which may be down (Citus). */
export interface EventPart {
  readonly name: string;
  readonly layout: EventLayout;
  /**
   * All merchants' events of this part from this id on, ordered by id, and the database's time before it looked, in
   * milliseconds.
   */
  since(id: string, limit: number): Promise<{ readonly nowMs: number; readonly places: EventPlace[] }>;
  /** These ranges of merchants' events, ordered by id; each merchant's events are then in the order of their numbers. */
  between(ranges: readonly EventRange[]): Promise<StoredEvent[]>;
}

const ALL: EventLayout = { text: '', parts: [''], mayBeAway: false };

/** The queries that streams repeat. */
@Injectable()
export class FollowedEvents {
  /** All events, if nothing is distributed. */
  readonly whole: EventPart = {
    name: '',
    layout: ALL,
    since: async (id, limit) => {
      const rows = await this.reads.query<PlaceRow>(textOf(SINCE), [id, limit]);
      return { nowMs: Number(rows[0]!.now_ms), places: placesOf(rows) };
    },
    between: async (ranges) => {
      if (ranges.length === 0) return [];
      return inOrder(await this.reads.query<EventRow>(textOf(BETWEEN), [...columnsOf(ranges), null]));
    },
  };

  constructor(private readonly reads: PointReads) {}

  get distributed(): boolean {
    return this.reads.placement.distributed;
  }

  /** If the books are distributed: the events of each node. Asks only the coordinator. */
  async ofNodes(): Promise<EventPart[]> {
    const layout = await layoutOf(this.reads);
    const seen = { text: layout.text, parts: layout.nodes, mayBeAway: true };
    return layout.nodes.map((node) => new EventsOfNode(node, seen, layout));
  }

  /** On which nodes these merchants' events are, shard by shard. Asks only the coordinator. */
  homesOf(merchantIds: readonly string[]): Promise<Home[]> {
    return homesOf(this.reads, merchantIds);
  }
}

/**
 * Reads the shards where they were when the layout was read. The time is the coordinator's, by which events are dated.
 */
class EventsOfNode implements EventPart {
  constructor(
    readonly name: string,
    readonly layout: EventLayout,
    private readonly places: Layout,
  ) {}

  async since(id: string, limit: number): Promise<{ nowMs: number; places: EventPlace[] }> {
    const rows = await this.places.read<PlaceRow>(this.name, SINCE, [id, limit]);
    const places = placesOf(rows).sort(byId).slice(0, limit);
    return { nowMs: this.places.nowMs, places };
  }

  async between(ranges: readonly EventRange[]): Promise<StoredEvent[]> {
    if (ranges.length === 0) return [];
    const rows = await this.places.read<EventRow>(this.name, BETWEEN, [...columnsOf(ranges), null]);
    return inOrder(rows.map((row) => ({ ...row, created_at: new Date(row.created_at) })));
  }
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

const inOrder = (rows: EventRow[]): StoredEvent[] => rows.sort(byId).map(eventOf);

function columnsOf(ranges: readonly EventRange[]): unknown[][] {
  return (['merchantId', 'after', 'upTo'] as const).map((key) => ranges.map((range) => range[key]));
}

function placesOf(rows: readonly PlaceRow[]): EventPlace[] {
  return rows.flatMap(({ merchant_id: merchantId, id, sequence }) =>
    merchantId === null ? [] : [{ merchantId, id, sequence: Number(sequence) }],
  );
}
