import type { KeptEvent } from '../../../platform/outbox/outbox.public.js';

/** An event as JSON. The same bytes wherever it is shown: what it happened to is not rendered again. */
export function eventText({ id, type, createdAt, merchantId, sequence, object, previousStatus }: KeptEvent): string {
  const head = JSON.stringify({ id, type, created_at: createdAt, merchant_id: merchantId, sequence });
  return `${head.slice(0, -1)},"data":{"object":${object}},"previous_status":${JSON.stringify(previousStatus)}}`;
}
