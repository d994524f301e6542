import type { Sql } from '../../../platform/database/database.public.js';
import {
  type BookTableStore,
  bound,
  type BoundTo,
  type LoadedRow,
  type StagedRow,
  type Statement,
} from '../../../platform/group-commit/group-commit.public.js';
import { FAILED_ATTEMPTS_OF_DAY, FAILING_DAYS } from '../domain/delivery.js';
import { type EndpointSwitch, endpointSwitches } from '../domain/endpoint-switches.js';
import { ENDPOINT_COLUMNS, endpointOf, type EndpointRow } from './sql-webhook-endpoints.js';

/**
 * Whether the receiver of the endpoint `e` has accepted nothing for so many days, and was tried often enough in the
 * last day.
 * @param tries a further condition on the attempts
 */
const failedForDays = (tries: string): string => `(
  e.failing_since < clock_timestamp() - interval '${FAILING_DAYS} days' AND (
    SELECT count(*) FROM (
      SELECT FROM webhook_attempts a
      WHERE a.endpoint_id = e.id${tries} AND a.started_at > clock_timestamp() - interval '1 day'
        AND NOT a.is_delivered AND a.is_counted LIMIT ${FAILED_ATTEMPTS_OF_DAY}) f
  ) >= ${FAILED_ATTEMPTS_OF_DAY})`;

/** For operators' endpoints, whose attempts are spread over all merchants. */
export const HAS_FAILED_FOR_DAYS = failedForDays('');

const OF_MERCHANT = ` AND a.merchant_id = e.merchant_id AND ${bound('a.merchant_id', 3)}`;

/** Locks the rows, because people change endpoints outside the books. */
const LOAD = `
  SELECT ${ENDPOINT_COLUMNS.replaceAll('p.', 'e.')}, coalesce(${failedForDays(OF_MERCHANT)}, false) AS has_failed
  FROM unnest($1::uuid[], $2::uuid[]) AS wanted(merchant_id, id)
  JOIN webhook_endpoints e ON e.merchant_id = wanted.merchant_id AND e.id = wanted.id
  WHERE ${bound('e.merchant_id', 3)}
  ORDER BY e.id FOR NO KEY UPDATE OF e`;

const TURN_OFF = `
  UPDATE webhook_endpoints e SET is_active = false, turned_off = off.why, updated_at = off.at
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) AS off(merchant_id, id, why, at)
  WHERE e.merchant_id = off.merchant_id AND e.id = off.id AND ${bound('e.merchant_id', 5)}`;

/** Turns endpoints off in the same commit as the event that says so. */
export class EndpointSwitchStore implements BookTableStore<EndpointSwitch> {
  readonly table = endpointSwitches;

  async load(
    sql: Sql,
    merchantIds: readonly string[],
    ids: readonly string[],
    boundTo: BoundTo,
  ): Promise<LoadedRow<EndpointSwitch>[]> {
    const rows = await sql.query<EndpointRow & { readonly has_failed: boolean }>(LOAD, [merchantIds, ids, boundTo]);
    return rows.map((row) => ({
      merchantId: row.merchant_id,
      key: row.id,
      row: { endpoint: endpointOf(row), hasFailedForDays: row.has_failed },
    }));
  }

  flush(staged: readonly StagedRow<EndpointSwitch>[], boundTo: BoundTo): Statement[] {
    const endpoints = staged.map(({ row }) => row.endpoint);
    const column = <K extends keyof (typeof endpoints)[number]>(key: K) => endpoints.map((endpoint) => endpoint[key]);
    const values = [column('merchantId'), column('id'), column('turnedOff'), column('updatedAt'), boundTo];
    return [{ text: TURN_OFF, values }];
  }
}
