import { BEFORE_ALL_IDS, bound, ofShardsThatAnswer } from '../../../platform/database/database.public.js';
import { grouped } from '../../../shared/grouped.js';
import type { CursorPlace, EventCursor } from '../domain/deliveries.js';
import { EndpointStarts } from './endpoint-starts.js';
import { type LastSequence, lastSequences } from './last-sequences.js';
import { SqlEventCursors } from './sql-event-cursors.js';
import { OPERATORS } from './operators.js';

/** Endpoints of one round, and merchants whose last sequences one query of all nodes returns. */
const PAGE = 2_000;

const AFTER_ALL_IDS = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const ENDPOINTS = `
  SELECT id, merchant_id, event_types, clock_timestamp() AS at FROM webhook_endpoints
  WHERE is_active AND (id > $1 OR (id = $1 AND $2::uuid < '${AFTER_ALL_IDS}')) ORDER BY id LIMIT $3`;

const ENDPOINTS_OF = `
  SELECT id, merchant_id, event_types, clock_timestamp() AS at FROM webhook_endpoints
  WHERE is_active AND merchant_id = ANY($1::uuid[]) AND id >= $2 ORDER BY id`;

/**
 * $2: those of the merchants $1 that lie in one shard. Citus queries this shard alone as long as it plans the join with
 * the value; a generic plan queries all shards.
 */
const LAST_SEQUENCES_OF = `
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

/** An endpoint, and a merchant whose events it receives. */
interface Subscription {
  readonly endpoint: Endpoint;
  readonly merchantId: string;
  readonly last: number;
  /** Negative: the endpoint starts at a time (see {@link EndpointStarts}), not yet at a sequence. */
  readonly sequence: number;
}

interface Round {
  readonly cursors: readonly EventCursor[];
  /** Where the next round goes on; null: there is none. */
  readonly end: CursorPlace | null;
}

/**
 * For events that lie on several nodes, and endpoints on the coordinator: fetches the merchants' last sequences and
 * compares them with the cursors. The merchants of a node that does not answer have their turn when it is back.
 */
export class DistributedEventCursors extends SqlEventCursors {
  private readonly starts = new EndpointStarts(this.database);

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

  /** Queries only the shards of these merchants. */
  private async behindAmong(merchantIds: readonly string[], after: CursorPlace): Promise<EventCursor[]> {
    const endpoints = await this.database.query<Endpoint>(ENDPOINTS_OF, [
      [...merchantIds, OPERATORS],
      after.endpointId,
    ]);
    const owners = new Set(endpoints.map(({ merchant_id }) => merchant_id));
    const read = owners.has(OPERATORS) ? merchantIds : merchantIds.filter((id) => owners.has(id));
    if (read.length === 0) return [];
    const shards = await this.database.placement.byShard(read);
    const sequences = await ofShardsThatAnswer(shards, (merchants) =>
      this.database.query<LastSequence>(LAST_SEQUENCES_OF, [read, merchants]),
    );
    const found = await this.behindOf(
      endpoints,
      sequences.flat().sort((a, b) => (a.merchant_id < b.merchant_id ? -1 : 1)),
    );
    return found.filter(({ endpointId, merchantId }) => endpointId > after.endpointId || merchantId > after.merchantId);
  }

  /**
   * Looks at the next endpoints of merchants after the place, or at one of the operators' with some of the merchants.
   */
  private async round(after: CursorPlace): Promise<Round> {
    const endpoints = await this.database.query<Endpoint>(ENDPOINTS, [after.endpointId, after.merchantId, PAGE]);
    const [first] = endpoints;
    if (first === undefined) return { cursors: [], end: null };
    if (first.merchant_id === OPERATORS) return this.ofOperators(first, after);
    const firstOfOperators = endpoints.findIndex(({ merchant_id }) => merchant_id === OPERATORS);
    const owned = endpoints.slice(0, firstOfOperators < 0 ? undefined : firstOfOperators);
    const last = owned.at(-1)!;
    const sequences = await this.lastSequences(
      owned.map(({ merchant_id }) => merchant_id),
      BEFORE_ALL_IDS,
    );
    const isBehind = ({ id, merchant_id }: Endpoint): boolean =>
      id > after.endpointId || merchant_id > after.merchantId;
    const cursors = await this.behindOf(owned.filter(isBehind), sequences);
    const isLast = endpoints.length < PAGE && last === endpoints.at(-1);
    return { cursors, end: isLast ? null : { endpointId: last.id, merchantId: AFTER_ALL_IDS } };
  }

  private async ofOperators(endpoint: Endpoint, after: CursorPlace): Promise<Round> {
    const from = endpoint.id === after.endpointId ? after.merchantId : BEFORE_ALL_IDS;
    const sequences = await this.lastSequences(null, from);
    const cursors = await this.behindOf([endpoint], sequences);
    const merchantId = sequences.length < PAGE ? AFTER_ALL_IDS : sequences.at(-1)!.merchant_id;
    return { cursors, end: { endpointId: endpoint.id, merchantId } };
  }

  private lastSequences(merchantIds: readonly string[] | null, after: string): Promise<LastSequence[]> {
    return lastSequences(this.database.placement, { of: merchantIds, after, limit: PAGE });
  }

  private async behindOf(endpoints: readonly Endpoint[], sequences: readonly LastSequence[]): Promise<EventCursor[]> {
    const behind = await this.placed(await this.subscriptionsBehind(endpoints, sequences));
    return behind.map(({ endpoint, merchantId, sequence }) => ({
      merchantId,
      endpointId: endpoint.id,
      reader: endpoint.merchant_id === OPERATORS ? 'operator' : 'merchant',
      eventTypes: endpoint.event_types,
      sequence,
      at: endpoint.at,
    }));
  }

  /** The pairs whose cursor has not reached the last sequence, or still holds a time. */
  private async subscriptionsBehind(
    endpoints: readonly Endpoint[],
    sequences: readonly LastSequence[],
  ): Promise<Subscription[]> {
    const rows = await this.database.query<{ merchant_id: string; endpoint_id: string; sequence: string }>(CURSORS, [
      endpoints.map(({ id }) => id),
      [...sequences.map(({ merchant_id }) => merchant_id), OPERATORS],
    ]);
    const reached = new Map(rows.map((row) => [keyOf(row.endpoint_id, row.merchant_id), Number(row.sequence)]));
    const byMerchant = grouped(sequences, ({ merchant_id }) => merchant_id);
    return endpoints.flatMap((endpoint) => {
      const first = reached.get(keyOf(endpoint.id, OPERATORS)) ?? 0;
      const received = endpoint.merchant_id === OPERATORS ? sequences : (byMerchant.get(endpoint.merchant_id) ?? []);
      return received.flatMap(({ merchant_id: merchantId, last }): Subscription[] => {
        const sequence = reached.get(keyOf(endpoint.id, merchantId)) ?? first;
        return last === null || Number(last) <= sequence
          ? []
          : [{ endpoint, merchantId, last: Number(last), sequence }];
      });
    });
  }

  private async placed(all: readonly Subscription[]): Promise<Subscription[]> {
    const dated = all.filter(({ sequence }) => sequence < 0);
    if (dated.length === 0) return [...all];
    const starts = dated.map(({ endpoint, ...start }) => ({ ...start, endpointId: endpoint.id }));
    const placed = new Map(
      (await this.starts.place(starts)).map((one) => [keyOf(one.endpointId, one.merchantId), one.sequence]),
    );
    return all.flatMap((one) => {
      const sequence = one.sequence < 0 ? placed.get(keyOf(one.endpoint.id, one.merchantId)) : one.sequence;
      return sequence === undefined || one.last <= sequence ? [] : [{ ...one, sequence }];
    });
  }
}

const keyOf = (endpointId: string, merchantId: string): string => `${endpointId} ${merchantId}`;
