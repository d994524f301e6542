import {
  BEFORE_ALL_IDS,
  bound,
  ofShardsThatAnswer,
  table,
  template,
  value,
} from '../../../platform/database/database.public.js';
import { grouped } from '../../../shared/grouped.js';
import type { CursorPlace, EventCursor } from '../domain/deliveries.js';
import { SqlEventCursors } from './sql-event-cursors.js';
import { OPERATORS } from './sql-webhook-endpoints.js';

/** Merchants whose last numbers one look at all nodes brings. */
const PAGE = 2_000;

const AFTER_ALL_IDS = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const ENDPOINTS = `
  SELECT id, merchant_id, event_types, clock_timestamp() AS at FROM webhook_endpoints
  WHERE is_active AND (id > $1 OR (id = $1 AND $2::uuid < '${AFTER_ALL_IDS}')) ORDER BY id LIMIT $3`;

/** The first value: the merchants, or null: all behind the second. */
const LAST_NUMBERS = template`
  SELECT b.merchant_id, (
    SELECT o.sequence::text FROM ${table('outbox')} o WHERE o.merchant_id = b.merchant_id AND o.sequence IS NOT NULL
    ORDER BY o.sequence DESC LIMIT 1
  ) AS last
  FROM ${table('books')} b WHERE (${value(1)}::uuid[] IS NULL OR b.merchant_id = ANY(${value(1)}::uuid[])) AND b.merchant_id > ${value(2)}::uuid
  ORDER BY b.merchant_id LIMIT ${value(3)}`;

const ENDPOINTS_OF = `
  SELECT id, merchant_id, event_types, clock_timestamp() AS at FROM webhook_endpoints
  WHERE is_active AND merchant_id = ANY($1::uuid[]) AND id >= $2 ORDER BY id`;

/**
 * $2: those of the merchants $1 that lie in one shard. Citus asks this shard alone, as long as it plans the join with the
 * value: a generic plan asks all shards.
 */
const LAST_NUMBERS_OF = `
  SELECT w.merchant_id, p.sequence AS last FROM unnest($1::uuid[]) AS w(merchant_id)
  CROSS JOIN LATERAL (
    SELECT o.sequence FROM outbox o
    WHERE o.merchant_id = w.merchant_id AND o.sequence IS NOT NULL AND ${bound('o.merchant_id', 2)}
    ORDER BY o.sequence DESC LIMIT 1
  ) p`;

const CURSORS = `
  SELECT merchant_id, endpoint_id, sequence FROM webhook_cursors
  WHERE endpoint_id = ANY($1::uuid[]) AND merchant_id = ANY($2::uuid[])`;

interface Endpoint {
  readonly id: string;
  readonly merchant_id: string;
  readonly event_types: string[] | null;
  readonly at: Date;
}

interface LastNumber {
  readonly merchant_id: string;
  /** In digits: a bigint. */
  readonly last: string | null;
}

interface Round {
  readonly cursors: readonly EventCursor[];
  /** Null: there is nothing behind it. */
  readonly end: CursorPlace | null;
}

/**
 * Where the events lie on several nodes and the endpoints on the coordinator: the last numbers of merchants are brought here
 * and compared with the cursors. The merchants of a node that does not answer have their turn when it is back.
 */
export class DistributedEventCursors extends SqlEventCursors {
  override async behind(
    after: CursorPlace | null,
    limit: number,
    of: readonly string[] | null = null,
  ): Promise<EventCursor[]> {
    let place: CursorPlace | null = after ?? { endpointId: BEFORE_ALL_IDS, merchantId: BEFORE_ALL_IDS };
    if (of !== null) return (await this.behindAmong(of, place)).slice(0, limit);
    const found: EventCursor[] = [];
    while (place !== null && found.length < limit) {
      const round: Round = await this.round(place);
      found.push(...round.cursors);
      place = round.end;
    }
    return found.slice(0, limit);
  }

  /** Asks only the shards of these merchants. */
  private async behindAmong(merchantIds: readonly string[], after: CursorPlace): Promise<EventCursor[]> {
    const endpoints = await this.database.query<Endpoint>(ENDPOINTS_OF, [
      [...merchantIds, OPERATORS],
      after.endpointId,
    ]);
    const owners = new Set(endpoints.map(({ merchant_id }) => merchant_id));
    const read = owners.has(OPERATORS) ? merchantIds : merchantIds.filter((id) => owners.has(id));
    if (read.length === 0) return [];
    const shards = await this.database.placement.byShard(read);
    const numbers = await ofShardsThatAnswer(shards, (merchants) =>
      this.database.query<LastNumber>(LAST_NUMBERS_OF, [read, merchants]),
    );
    const found = await this.behindOf(
      endpoints,
      numbers.flat().sort((a, b) => (a.merchant_id < b.merchant_id ? -1 : 1)),
    );
    return found.filter(({ endpointId, merchantId }) => endpointId > after.endpointId || merchantId > after.merchantId);
  }

  /** Some endpoints of merchants behind the place, or one of operators with some of the merchants. */
  private async round(after: CursorPlace): Promise<Round> {
    const endpoints = await this.database.query<Endpoint>(ENDPOINTS, [after.endpointId, after.merchantId, PAGE]);
    const [first] = endpoints;
    if (first === undefined) return { cursors: [], end: null };
    if (first.merchant_id === OPERATORS) return this.ofOperators(first, after);
    const firstOfOperators = endpoints.findIndex(({ merchant_id }) => merchant_id === OPERATORS);
    const owned = endpoints.slice(0, firstOfOperators < 0 ? undefined : firstOfOperators);
    const last = owned.at(-1)!;
    const numbers = await this.lastNumbers(
      owned.map(({ merchant_id }) => merchant_id),
      BEFORE_ALL_IDS,
    );
    const isBehind = ({ id, merchant_id }: Endpoint): boolean =>
      id > after.endpointId || merchant_id > after.merchantId;
    const cursors = await this.behindOf(owned.filter(isBehind), numbers);
    const isLast = endpoints.length < PAGE && last === endpoints.at(-1);
    return { cursors, end: isLast ? null : { endpointId: last.id, merchantId: AFTER_ALL_IDS } };
  }

  private async ofOperators(endpoint: Endpoint, after: CursorPlace): Promise<Round> {
    const from = endpoint.id === after.endpointId ? after.merchantId : BEFORE_ALL_IDS;
    const numbers = await this.lastNumbers(null, from);
    const cursors = await this.behindOf([endpoint], numbers);
    const merchantId = numbers.length < PAGE ? AFTER_ALL_IDS : numbers.at(-1)!.merchant_id;
    return { cursors, end: { endpointId: endpoint.id, merchantId } };
  }

  private lastNumbers(merchantIds: readonly string[] | null, after: string): Promise<LastNumber[]> {
    const sorted = { by: ['merchant_id'], limit: PAGE };
    return this.database.placement.search<LastNumber>(LAST_NUMBERS, [merchantIds, after, PAGE], sorted);
  }

  private async behindOf(endpoints: readonly Endpoint[], numbers: readonly LastNumber[]): Promise<EventCursor[]> {
    const values = [endpoints.map(({ id }) => id), numbers.map(({ merchant_id }) => merchant_id)];
    const rows = await this.database.query<{ merchant_id: string; endpoint_id: string; sequence: string }>(
      CURSORS,
      values,
    );
    const reached = grouped(rows, ({ merchant_id, endpoint_id }) => `${endpoint_id} ${merchant_id}`);
    const byMerchant = grouped(numbers, ({ merchant_id }) => merchant_id);
    return endpoints.flatMap(({ id: endpointId, merchant_id: owner, event_types: eventTypes, at }) => {
      const ofAll = owner === OPERATORS;
      return (ofAll ? numbers : (byMerchant.get(owner) ?? [])).flatMap(
        ({ merchant_id: merchantId, last }): EventCursor[] => {
          const sequence = Number(reached.get(`${endpointId} ${merchantId}`)?.[0]!.sequence ?? 0);
          if (Number(last ?? 0) <= sequence) return [];
          return [{ merchantId, endpointId, reader: ofAll ? 'operator' : 'merchant', eventTypes, sequence, at }];
        },
      );
    });
  }
}
