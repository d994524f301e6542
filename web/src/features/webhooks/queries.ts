import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import {
  getWebhookDelivery,
  getWebhookEndpoint,
  listWebhookDeliveries,
  listWebhookEndpoints,
} from '../../api/generated/sdk.gen.ts';
import type { ListWebhookDeliveriesData } from '../../api/generated/types.gen.ts';

/** There are at most sixteen endpoints. */
export const endpoints = queryOptions({
  queryKey: ['webhook-endpoints'],
  queryFn: ({ signal }) => listWebhookEndpoints({ query: { limit: 100 }, signal }),
});

export const endpoint = (id: string) =>
  queryOptions({
    queryKey: ['webhook-endpoints', id],
    queryFn: ({ signal }) => getWebhookEndpoint({ path: { id }, signal }),
  });

/** The filters in the address. The service refuses values that it does not know. */
export interface DeliveryFilters {
  readonly endpoint_id?: string;
  readonly event_id?: string;
  readonly status?: string;
  readonly cursor?: string;
}

const ROWS = 20;

export const deliveries = (filters: DeliveryFilters) =>
  queryOptions({
    queryKey: ['webhook-deliveries', 'list', filters],
    queryFn: ({ signal }) =>
      listWebhookDeliveries({ query: { ...filters, limit: ROWS } as ListWebhookDeliveriesData['query'], signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });

export const delivery = (id: string) =>
  queryOptions({
    queryKey: ['webhook-deliveries', id],
    queryFn: ({ signal }) => getWebhookDelivery({ path: { id }, signal }),
  });
