import type { WebhookEndpoint } from '../domain/webhook-endpoint.js';

/** A webhook endpoint as the API shows it, without its secret. Times in UTC. */
export interface EndpointView {
  readonly id: string;
  readonly merchant_id: string | null;
  readonly scope: 'merchant' | 'all_merchants';
  readonly url: string;
  readonly event_types: readonly string[] | null;
  readonly description: string | null;
  readonly is_active: boolean;
  readonly is_ordered: boolean;
  readonly turned_off: string | null;
  readonly failing_since: string | null;
  readonly paused_since: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export function endpointView(endpoint: WebhookEndpoint): EndpointView {
  return {
    id: endpoint.id,
    merchant_id: endpoint.merchantId,
    scope: endpoint.merchantId === null ? 'all_merchants' : 'merchant',
    url: endpoint.url,
    event_types: endpoint.eventTypes,
    description: endpoint.description,
    is_active: endpoint.isActive,
    is_ordered: endpoint.isOrdered,
    turned_off: endpoint.turnedOff,
    failing_since: endpoint.failingSince?.toISOString() ?? null,
    paused_since: endpoint.pausedSince?.toISOString() ?? null,
    created_at: endpoint.createdAt.toISOString(),
    updated_at: endpoint.updatedAt.toISOString(),
  };
}
