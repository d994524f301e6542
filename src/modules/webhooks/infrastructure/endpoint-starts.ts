import {
  BEFORE_ALL_IDS,
  bound,
  Database,
  ofShardsThatAnswer,
  type Sql,
} from '../../../platform/database/database.public.js';
import { type LastSequence, lastSequences } from './last-sequences.js';
import { OPERATORS } from './operators.js';

const LAST_SEQUENCE = `(
  SELECT o.sequence FROM outbox o
  WHERE o.merchant_id = b.merchant_id AND o.sequence IS NOT NULL AND ${bound('o.merchant_id', 3)}
  ORDER BY o.sequence DESC LIMIT 1)`;

/**
 * Lets the endpoint begin, or go on, with what happens from now on. Locks the cursors in the order in which planning
 * moves them. $3: the merchant, where books lie on several nodes; otherwise null.
 */
const SKIP = `
  INSERT INTO webhook_cursors AS c (merchant_id, endpoint_id, sequence)
  SELECT b.merchant_id, $2, ${LAST_SEQUENCE} FROM books b
  WHERE ($1::uuid = '${OPERATORS}' OR b.merchant_id = $1) AND ${bound('b.merchant_id', 3)} AND ${LAST_SEQUENCE} IS NOT NULL
  ORDER BY b.merchant_id
  ON CONFLICT (merchant_id, endpoint_id) DO UPDATE SET sequence = greatest(c.sequence, excluded.sequence)`;

/** The same, with sequences that were read before. */
const SKIP_TO = `
  INSERT INTO webhook_cursors AS c (merchant_id, endpoint_id, sequence)
  SELECT r.merchant_id, $1, r.sequence FROM unnest($2::uuid[], $3::bigint[]) AS r(merchant_id, sequence)
  ORDER BY r.merchant_id
  ON CONFLICT (merchant_id, endpoint_id) DO UPDATE SET sequence = greatest(c.sequence, excluded.sequence)`;

const NOW = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint::text AS ms';

/**
 * For merchants whose sequences could not be read: their cursors get a time in milliseconds, made negative to tell it
 * from a sequence. Only their node knows which merchants these are, so the row with the operators' id stands for all
 * merchants that have no cursor.
 */
const SKIP_BY_TIME = `
  WITH others AS (
    UPDATE webhook_cursors SET sequence = -$3::bigint
    WHERE endpoint_id = $1 AND merchant_id <> ALL($2::uuid[]) AND merchant_id <> '${OPERATORS}'
  )
  INSERT INTO webhook_cursors (merchant_id, endpoint_id, sequence) VALUES ('${OPERATORS}', $1, -$3::bigint)
  ON CONFLICT (merchant_id, endpoint_id) DO UPDATE SET sequence = excluded.sequence`;

/** The sequence of the last event before the time in the cursor. $4: those of the merchants that lie in one shard. */
const SEQUENCE_BY_TIME = `
  SELECT w.merchant_id, w.endpoint_id, before.sequence FROM unnest($1::uuid[], $2::uuid[], $3::bigint[])
    AS w(merchant_id, endpoint_id, sequence)
  CROSS JOIN LATERAL (
    SELECT coalesce(max(o.sequence), 0)::text AS sequence FROM outbox o
    WHERE o.merchant_id = w.merchant_id AND o.sequence IS NOT NULL AND ${bound('o.merchant_id', 4)}
      AND o.created_at < to_timestamp(-w.sequence / 1000.0)
  ) before
  WHERE ${bound('w.merchant_id', 4)}`;

/**
 * Replaces times by sequences. A sequence that another process has written meanwhile stays. If an endpoint is being
 * removed, its cursors wait for the next round.
 */
const PLACE = `
  WITH endpoints AS (
    SELECT id FROM webhook_endpoints WHERE id = ANY($2) AND is_active ORDER BY id FOR KEY SHARE SKIP LOCKED
  )
  INSERT INTO webhook_cursors AS c (merchant_id, endpoint_id, sequence)
  SELECT p.merchant_id, p.endpoint_id, p.sequence
  FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS p(merchant_id, endpoint_id, sequence)
  JOIN endpoints e ON e.id = p.endpoint_id
  ORDER BY p.merchant_id, p.endpoint_id
  ON CONFLICT (merchant_id, endpoint_id) DO UPDATE SET sequence = excluded.sequence WHERE c.sequence < 0
  RETURNING c.merchant_id, c.endpoint_id, c.sequence`;

/** Sets the cursors of an endpoint, in the transaction that creates it or switches it on. */
export type Skip = (sql: Sql, endpointId: string) => Promise<void>;

/** Where an endpoint starts in the events of a merchant. */
export interface Start {
  readonly merchantId: string;
  readonly endpointId: string;
  /** Negative: a time in milliseconds. */
  readonly sequence: number;
}

interface StartRow {
  readonly merchant_id: string;
  readonly endpoint_id: string;
  readonly sequence: string;
}

/**
 * Where endpoints start to receive events. Those of operators receive the events of all books, some of which may lie on
 * a node that is down: there they start at a time, and the sequence is found when the node is back. Nothing is committed
 * there meanwhile.
 */
export class EndpointStarts {
  constructor(private readonly database: Database) {}

  /** Starts an endpoint with what happens from now on. @param ownerId the owner of the endpoint */
  async fromNow(ownerId: string): Promise<Skip> {
    const { placement } = this.database;
    if (placement.distributed && ownerId === OPERATORS) return this.fromNowOfAll();
    const boundTo = placement.boundTo(ownerId);
    return async (sql, endpointId) => void (await sql.query(SKIP, [ownerId, endpointId, boundTo]));
  }

  /** The same for an endpoint of operators, where books lie on several nodes. */
  async fromNowOfAll(): Promise<Skip> {
    // Read before the nodes are asked: what a node that is just coming back commits from then on is sent.
    const [now] = await this.database.query<{ ms: string }>(NOW);
    let isWhole = true;
    const skipped = (): void => void (isWhole = false);
    const read = await lastSequences(this.database.placement, { of: null, after: BEFORE_ALL_IDS }, skipped);
    const numbered = read.filter(({ last }) => last !== null);
    return async (sql, endpointId) => {
      await sql.query(SKIP_TO, [endpointId, merchantsOf(numbered), numbered.map(({ last }) => last)]);
      if (!isWhole) await sql.query(SKIP_BY_TIME, [endpointId, merchantsOf(read), now!.ms]);
    };
  }

  /**
   * Replaces times by sequences. The result leaves out merchants of nodes that do not answer.
   * @param dated the starts that are times
   */
  async place(dated: readonly Start[]): Promise<Start[]> {
    const shards = await this.database.placement.byShard(dated.map(({ merchantId }) => merchantId));
    const found = await ofShardsThatAnswer(shards, (merchants) =>
      this.database.query<StartRow>(SEQUENCE_BY_TIME, [...columnsOf(dated), merchants]),
    );
    const starts = found.flat().map(startOf);
    return (await this.database.query<StartRow>(PLACE, columnsOf(starts))).map(startOf);
  }
}

const merchantsOf = (read: readonly LastSequence[]): string[] => read.map(({ merchant_id }) => merchant_id);

function columnsOf(starts: readonly Start[]): unknown[][] {
  return (['merchantId', 'endpointId', 'sequence'] as const).map((key) => starts.map((start) => start[key]));
}

function startOf({ merchant_id: merchantId, endpoint_id: endpointId, sequence }: StartRow): Start {
  return { merchantId, endpointId, sequence: Number(sequence) };
}
