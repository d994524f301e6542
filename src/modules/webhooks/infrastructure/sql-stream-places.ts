import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.public.js';
import { Authenticator } from '../../../platform/http/http.public.js';
import { type PlacedStream, StreamPlaces, STREAMS_PER_KEY } from '../domain/stream-places.js';

/** A place that was not renewed for so long belonged to a process that is gone. */
const IS_ALIVE = `seen_at > clock_timestamp() - interval '15 seconds'`;

/**
 * The statement does not see the row that it inserts, so it keeps one fewer. A stream whose row is locked by a renewal
 * keeps it for now, and loses its place at the next `RENEW`.
 */
const TAKE = `
  WITH remaining AS (
    SELECT id FROM event_streams WHERE key_id = $2 AND ${IS_ALIVE}
    ORDER BY opened_at DESC, id DESC LIMIT ${STREAMS_PER_KEY - 1}
  ), added AS (
    INSERT INTO event_streams (id, key_id, opened_at, seen_at) VALUES ($1, $2, clock_timestamp(), clock_timestamp())
  )
  DELETE FROM event_streams s USING (
    SELECT o.id FROM event_streams o WHERE o.key_id = $2 AND NOT EXISTS (SELECT FROM remaining WHERE remaining.id = o.id)
    FOR UPDATE SKIP LOCKED
  ) AS others
  WHERE s.id = others.id
  RETURNING s.id`;

/** Counts the newer streams again, because two that were opened at the same moment did not see each other. */
const RENEW = `
  UPDATE event_streams s SET seen_at = clock_timestamp()
  WHERE s.id = ANY($1::uuid[]) AND (
    SELECT count(*) FROM event_streams o
    WHERE o.key_id = s.key_id AND o.${IS_ALIVE} AND (o.opened_at, o.id) > (s.opened_at, s.id)
  ) < ${STREAMS_PER_KEY}
  RETURNING s.id`;

@Injectable()
export class SqlStreamPlaces extends StreamPlaces {
  constructor(
    private readonly database: Database,
    private readonly authenticator: Authenticator,
  ) {
    super();
  }

  override async take(id: string, keyId: string): Promise<readonly string[]> {
    return idsOf(await this.database.query(TAKE, [id, keyId]));
  }

  override async renew(streams: readonly PlacedStream[]): Promise<ReadonlySet<string>> {
    if (streams.length === 0) return new Set();
    const placed = new Set(idsOf(await this.database.query(RENEW, [streams.map(({ id }) => id)])));
    const holding = await this.authenticator.holding([...new Set(streams.map(({ keyId }) => keyId))]);
    return new Set(streams.filter(({ id, keyId }) => placed.has(id) && holding.has(keyId)).map(({ id }) => id));
  }

  override async leave(id: string): Promise<void> {
    await this.database.query('DELETE FROM event_streams WHERE id = $1', [id]);
  }
}

const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);
