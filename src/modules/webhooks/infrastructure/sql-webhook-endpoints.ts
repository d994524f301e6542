import { Injectable } from '@nestjs/common';
import { Database, ListQuery, Lists, PointReads } from '../../../platform/database/database.public.js';
import { Sealer } from '../../../platform/sealing/sealing.public.js';
import type { Slice } from '../../../shared/slice.js';
import type { TurnedOff } from '../domain/delivery.js';
import type { EndpointFields, WebhookEndpoint } from '../domain/webhook-endpoint.js';
import {
  ANYBODY,
  type EndpointOwner,
  type NewEndpoint,
  type NotAdded,
  WebhookEndpoints,
} from '../domain/webhook-endpoints.js';
import { openSecrets, rowOf, type SecretOwner } from './endpoint-secrets.js';
import { EndpointStarts } from './endpoint-starts.js';
import { OPERATORS } from './operators.js';

export interface EndpointRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly url: string;
  readonly event_types: string[] | null;
  readonly description: string | null;
  readonly is_active: boolean;
  readonly is_ordered: boolean;
  readonly turned_off: TurnedOff | null;
  readonly failing_since: Date | null;
  readonly paused_since: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

interface SecretsRow {
  readonly secret: string;
  readonly previous_secret: string | null;
}

/** The columns of the endpoint `p`. */
export const ENDPOINT_COLUMNS = `p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.is_ordered, p.turned_off,
  p.failing_since, p.paused_since, p.created_at, p.updated_at`;

const NOW = `date_trunc('milliseconds', clock_timestamp())`;

const FIND = `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints p WHERE p.id = $1 AND ($2::uuid IS NULL OR p.merchant_id = $2)`;

const COUNT = `
  SELECT count(*)::int AS count FROM (SELECT FROM webhook_endpoints WHERE merchant_id = $1 LIMIT $2) AS e`;

/**
 * Makes others who add an endpoint for the same merchant wait, and then count this one too. Merchants are never
 * removed.
 */
const LOCK_MERCHANT = 'SELECT id FROM merchants WHERE id = $1 FOR NO KEY UPDATE';

/** The operators have no row to lock. No other lock has this number. */
const LOCK_OPERATORS = `SELECT pg_advisory_xact_lock(1700000002580)`;

const ADD = `
  INSERT INTO webhook_endpoints AS p
    (merchant_id, id, url, event_types, description, is_active, is_ordered, secret, created_at, updated_at)
  SELECT $1::uuid, $2, $3, $4::text[], $5, $6, $7, $8, t.now, t.now FROM (SELECT ${NOW} AS now) t
  RETURNING ${ENDPOINT_COLUMNS}`;

/** Makes others who switch it on at the same time wait and then find it on, so that they do not skip events again. */
const LOCK_INACTIVE = `
  SELECT id FROM webhook_endpoints WHERE merchant_id = $1 AND id = $2 AND NOT is_active FOR NO KEY UPDATE`;

/**
 * Two of the columns may be set to null, so each has a flag that says whether to set it. Switching the endpoint on
 * clears its record of failures. Without an order, no delivery holds up others.
 */
const CHANGE = `
  UPDATE webhook_endpoints p SET
    url = coalesce($3, p.url), is_active = coalesce($4, p.is_active), is_ordered = coalesce($5, p.is_ordered),
    event_types = CASE WHEN $6 THEN $7::text[] ELSE p.event_types END,
    description = CASE WHEN $8 THEN $9 ELSE p.description END,
    turned_off = CASE WHEN $4 THEN NULL ELSE p.turned_off END,
    failing_since = CASE WHEN $4 THEN NULL ELSE p.failing_since END,
    paused_since = CASE WHEN NOT $5 THEN NULL ELSE p.paused_since END,
    updated_at = greatest(p.updated_at, ${NOW})
  WHERE p.merchant_id = $1 AND p.id = $2
  RETURNING ${ENDPOINT_COLUMNS}`;

const REMOVE = 'DELETE FROM webhook_endpoints WHERE id = $1 AND ($2::uuid IS NULL OR merchant_id = $2) RETURNING id';

/** Cancels the deliveries that were planned for it. */
const CANCEL = `
  WITH cursors AS (DELETE FROM webhook_cursors WHERE endpoint_id = $1)
  UPDATE webhook_deliveries SET status = 'cancelled', next_attempt_at = NULL, claimed_until = NULL, ended_at = ${NOW}
  WHERE endpoint_id = $1 AND status = 'pending'`;

/**
 * While a previous secret still signs, it is the one that the receiver certainly has. Another rotation may mean that
 * the answer with the new secret was lost, so it replaces the new secret alone.
 */
const ROTATE = `
  UPDATE webhook_endpoints p SET
    secret = $3,
    previous_secret = CASE
      WHEN $4 = 0 THEN NULL WHEN p.previous_secret_until > clock_timestamp() THEN p.previous_secret ELSE p.secret END,
    previous_secret_until = CASE WHEN $4 > 0 THEN clock_timestamp() + $4::integer * interval '1 second' END,
    updated_at = greatest(p.updated_at, ${NOW})
  WHERE p.merchant_id = $1 AND p.id = $2
  RETURNING ${ENDPOINT_COLUMNS}`;

const SECRETS = `
  SELECT secret, CASE WHEN previous_secret_until > clock_timestamp() THEN previous_secret END AS previous_secret
  FROM webhook_endpoints WHERE merchant_id = $1 AND id = $2`;

@Injectable()
export class SqlWebhookEndpoints extends WebhookEndpoints {
  private readonly starts: EndpointStarts;

  constructor(
    private readonly database: Database,
    private readonly reads: PointReads,
    private readonly lists: Lists,
    private readonly sealer: Sealer,
  ) {
    super();
    this.starts = new EndpointStarts(database);
  }

  override async find(owner: EndpointOwner, id: string): Promise<WebhookEndpoint | null> {
    return oneOf(await this.reads.query<EndpointRow>(FIND, [id, rowOwnerOf(owner)]));
  }

  override async list(owner: EndpointOwner, slice: Slice): Promise<WebhookEndpoint[]> {
    const query = new ListQuery('webhook_endpoints', ENDPOINT_COLUMNS);
    const merchantId = rowOwnerOf(owner);
    if (merchantId !== null) query.among('p.merchant_id', 'uuid', [merchantId]);
    return (await this.lists.read<EndpointRow>(query.page(slice))).map(endpointOf);
  }

  override async count(merchantId: string | null, upTo: number): Promise<number> {
    const [row] = await this.reads.query<{ count: number }>(COUNT, [merchantId ?? OPERATORS, upTo]);
    return row!.count;
  }

  override async add(
    { id, merchantId, secret, ...fields }: NewEndpoint,
    limit: number,
  ): Promise<WebhookEndpoint | NotAdded> {
    const { url, eventTypes, description, isActive, isOrdered } = fields;
    const ownerId = merchantId ?? OPERATORS;
    const sealed = this.sealer.seal(secret, rowOf({ ownerId, endpointId: id }));
    // Read before the endpoint exists: what happens in between is sent.
    const skip = await this.starts.fromNow(ownerId);
    return this.database.transaction(async (sql) => {
      if (merchantId === null) await sql.query(LOCK_OPERATORS);
      else if ((await sql.query(LOCK_MERCHANT, [merchantId])).length === 0) return 'no merchant';
      // A statement of its own, so that it sees what earlier holders of the lock have added.
      const [row] = await sql.query<{ count: number }>(COUNT, [ownerId, limit]);
      if (row!.count >= limit) return 'no room';
      await skip(sql, id);
      const values = [ownerId, id, url, eventTypes, description, isActive, isOrdered, sealed];
      return endpointOf((await sql.query<EndpointRow>(ADD, values))[0]!);
    });
  }

  override async change(endpoint: WebhookEndpoint, fields: Partial<EndpointFields>): Promise<WebhookEndpoint | null> {
    const { url = null, isActive = null, isOrdered = null, eventTypes, description } = fields;
    const types = [eventTypes !== undefined, eventTypes ?? null];
    const descriptions = [description !== undefined, description ?? null];
    const values = [...keyOf(endpoint), url, isActive, isOrdered, ...types, ...descriptions];
    const skip = isActive === true ? await this.starts.fromNow(ownerOf(endpoint).ownerId) : null;
    return this.database.transaction(async (sql) => {
      // If somebody else has switched it on meanwhile, the events since then must be sent, and are not skipped.
      if (skip !== null && (await sql.query(LOCK_INACTIVE, keyOf(endpoint))).length > 0) await skip(sql, endpoint.id);
      return oneOf(await sql.query<EndpointRow>(CHANGE, values));
    });
  }

  override remove(owner: EndpointOwner, id: string): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      // The endpoint is locked before its deliveries and cursors, as everywhere, so that there are no deadlocks.
      if ((await sql.query(REMOVE, [id, rowOwnerOf(owner)])).length === 0) return false;
      // A statement of its own, so that it sees everything that was planned before the endpoint was gone.
      await sql.query(CANCEL, [id]);
      return true;
    });
  }

  override async rotateSecret(
    endpoint: WebhookEndpoint,
    secret: string,
    keepOldSeconds: number,
  ): Promise<WebhookEndpoint | null> {
    const sealed = this.sealer.seal(secret, rowOf(ownerOf(endpoint)));
    const values = [...keyOf(endpoint), sealed, keepOldSeconds];
    return oneOf(await this.database.query<EndpointRow>(ROTATE, values));
  }

  override async secretsOf(endpoint: WebhookEndpoint): Promise<string[]> {
    const [row] = await this.database.query<SecretsRow>(SECRETS, keyOf(endpoint));
    if (row === undefined) return [];
    return openSecrets(this.sealer, ownerOf(endpoint), [row.secret, row.previous_secret]);
  }
}

function ownerOf({ merchantId, id }: WebhookEndpoint): SecretOwner {
  return { ownerId: merchantId ?? OPERATORS, endpointId: id };
}

function keyOf(endpoint: WebhookEndpoint): unknown[] {
  const { ownerId, endpointId } = ownerOf(endpoint);
  return [ownerId, endpointId];
}

/** The value of the column `merchant_id`; null: any owner. */
function rowOwnerOf(owner: EndpointOwner): string | null {
  return owner === ANYBODY ? null : (owner ?? OPERATORS);
}

function oneOf([row]: readonly EndpointRow[]): WebhookEndpoint | null {
  return row === undefined ? null : endpointOf(row);
}

export function endpointOf(row: EndpointRow): WebhookEndpoint {
  return {
    id: row.id,
    merchantId: row.merchant_id === OPERATORS ? null : row.merchant_id,
    url: row.url,
    eventTypes: row.event_types,
    description: row.description,
    isActive: row.is_active,
    isOrdered: row.is_ordered,
    turnedOff: row.turned_off,
    failingSince: row.failing_since,
    pausedSince: row.paused_since,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
