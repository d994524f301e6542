import { Injectable } from '@nestjs/common';
import { Database, ListQuery, Lists, PointReads } from '../../../platform/database/database.public.js';
import { Sealer } from '../../../platform/sealing/sealing.public.js';
import type { Slice } from '../../../shared/slice.js';
import type { EndpointFields, WebhookEndpoint } from '../domain/webhook-endpoint.js';
import { ANYBODY, type EndpointOwner, type NewEndpoint, WebhookEndpoints } from '../domain/webhook-endpoints.js';

/** Stands for the operators where a row needs a merchant. */
export const OPERATORS = '00000000-0000-0000-0000-000000000000';

interface EndpointRow {
  readonly merchant_id: string;
  readonly id: string;
  readonly url: string;
  readonly event_types: string[] | null;
  readonly description: string | null;
  readonly is_active: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
}

interface SecretsRow {
  readonly secret: string;
  readonly previous_secret: string | null;
}

const COLUMNS = 'p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.created_at, p.updated_at';

const NOW = `date_trunc('milliseconds', clock_timestamp())`;

const FIND = `SELECT ${COLUMNS} FROM webhook_endpoints p WHERE p.id = $1 AND ($2::uuid IS NULL OR p.merchant_id = $2)`;

const COUNT = `
  SELECT count(*)::int AS count FROM (SELECT FROM webhook_endpoints WHERE merchant_id = $1 LIMIT $2) AS e`;

/** Merchants are never removed, so that looking and inserting in one statement is as good as a foreign key. */
const ADD = `
  INSERT INTO webhook_endpoints AS p (merchant_id, id, url, event_types, description, is_active, secret, created_at, updated_at)
  SELECT $1::uuid, $2, $3, $4::text[], $5, $6, $7, t.now, t.now FROM (SELECT ${NOW} AS now) t
  WHERE $1::uuid = '${OPERATORS}' OR EXISTS (SELECT FROM merchants WHERE id = $1::uuid)
  RETURNING ${COLUMNS}`;

/** Null is a value of two of these, hence a flag for each. */
const CHANGE = `
  UPDATE webhook_endpoints p SET
    url = coalesce($3, p.url), is_active = coalesce($4, p.is_active),
    event_types = CASE WHEN $5 THEN $6::text[] ELSE p.event_types END,
    description = CASE WHEN $7 THEN $8 ELSE p.description END,
    updated_at = greatest(p.updated_at, ${NOW})
  WHERE p.merchant_id = $1 AND p.id = $2
  RETURNING ${COLUMNS}`;

const REMOVE = 'DELETE FROM webhook_endpoints WHERE id = $1 AND ($2::uuid IS NULL OR merchant_id = $2) RETURNING id';

const ROTATE = `
  UPDATE webhook_endpoints p SET
    secret = $3, previous_secret = CASE WHEN $4 > 0 THEN p.secret END,
    previous_secret_until = CASE WHEN $4 > 0 THEN clock_timestamp() + $4::integer * interval '1 second' END,
    updated_at = greatest(p.updated_at, ${NOW})
  WHERE p.merchant_id = $1 AND p.id = $2
  RETURNING ${COLUMNS}`;

const SECRETS = `
  SELECT secret, CASE WHEN previous_secret_until > clock_timestamp() THEN previous_secret END AS previous_secret
  FROM webhook_endpoints WHERE merchant_id = $1 AND id = $2`;

@Injectable()
export class SqlWebhookEndpoints extends WebhookEndpoints {
  constructor(
    private readonly database: Database,
    private readonly reads: PointReads,
    private readonly lists: Lists,
    private readonly sealer: Sealer,
  ) {
    super();
  }

  override async find(owner: EndpointOwner, id: string): Promise<WebhookEndpoint | null> {
    return oneOf(await this.reads.query<EndpointRow>(FIND, [id, rowOwnerOf(owner)]));
  }

  override async list(owner: EndpointOwner, slice: Slice): Promise<WebhookEndpoint[]> {
    const query = new ListQuery('webhook_endpoints', COLUMNS);
    const merchantId = rowOwnerOf(owner);
    if (merchantId !== null) query.among('p.merchant_id', 'uuid', [merchantId]);
    return (await this.lists.read<EndpointRow>(query.page(slice))).map(fromRow);
  }

  override async count(merchantId: string | null, upTo: number): Promise<number> {
    const [row] = await this.reads.query<{ count: number }>(COUNT, [merchantId ?? OPERATORS, upTo]);
    return row!.count;
  }

  override async add({ id, merchantId, secret, ...fields }: NewEndpoint): Promise<WebhookEndpoint | null> {
    const { url, eventTypes, description, isActive } = fields;
    const sealed = this.sealer.seal(secret, id);
    const values = [merchantId ?? OPERATORS, id, url, eventTypes, description, isActive, sealed];
    return oneOf(await this.database.query<EndpointRow>(ADD, values));
  }

  override async change(endpoint: WebhookEndpoint, fields: Partial<EndpointFields>): Promise<WebhookEndpoint | null> {
    const { url = null, isActive = null, eventTypes, description } = fields;
    const types = [eventTypes !== undefined, eventTypes ?? null];
    const values = [...keyOf(endpoint), url, isActive, ...types, description !== undefined, description ?? null];
    return oneOf(await this.database.query<EndpointRow>(CHANGE, values));
  }

  override async remove(owner: EndpointOwner, id: string): Promise<void> {
    await this.database.query(REMOVE, [id, rowOwnerOf(owner)]);
  }

  override async rotateSecret(
    endpoint: WebhookEndpoint,
    secret: string,
    keepOldSeconds: number,
  ): Promise<WebhookEndpoint | null> {
    const values = [...keyOf(endpoint), this.sealer.seal(secret, endpoint.id), keepOldSeconds];
    return oneOf(await this.database.query<EndpointRow>(ROTATE, values));
  }

  override async secretsOf(endpoint: WebhookEndpoint): Promise<string[]> {
    const [row] = await this.database.query<SecretsRow>(SECRETS, keyOf(endpoint));
    const sealed = row === undefined ? [] : [row.secret, row.previous_secret];
    return sealed.filter((secret) => secret !== null).map((secret) => this.sealer.open(secret, endpoint.id));
  }
}

function keyOf({ merchantId, id }: WebhookEndpoint): unknown[] {
  return [merchantId ?? OPERATORS, id];
}

/** As the column has it; null: whoever's. */
function rowOwnerOf(owner: EndpointOwner): string | null {
  return owner === ANYBODY ? null : (owner ?? OPERATORS);
}

function oneOf([row]: readonly EndpointRow[]): WebhookEndpoint | null {
  return row === undefined ? null : fromRow(row);
}

function fromRow(row: EndpointRow): WebhookEndpoint {
  return {
    id: row.id,
    merchantId: row.merchant_id === OPERATORS ? null : row.merchant_id,
    url: row.url,
    eventTypes: row.event_types,
    description: row.description,
    isActive: row.is_active,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
