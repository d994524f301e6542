import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import {
  getMerchant,
  listApiKeys,
  listGateways,
  listMerchants,
  listRoutingRules,
} from '../../api/generated/sdk.gen.ts';

/** The filters in the address. */
export interface MerchantFilters {
  readonly search?: string;
  readonly state?: string;
  readonly cursor?: string;
}

const ROWS = 20;
/** There are never more of these than fit on one page. */
const ALL = { limit: 100 };

/**
 * Balances change with every payout of any merchant, so they are read when somebody opens the page, not after events.
 */
export const merchants = ({ search, state, cursor }: MerchantFilters) =>
  queryOptions({
    queryKey: ['merchants', 'list', search, state, cursor],
    queryFn: ({ signal }) =>
      listMerchants({
        query: { search, cursor, limit: ROWS, is_active: state === undefined ? undefined : state === 'active' },
        signal,
      }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });

export const merchant = (id: string) =>
  queryOptions({ queryKey: ['merchants', id], queryFn: ({ signal }) => getMerchant({ path: { id }, signal }) });

export const apiKeys = (id: string) =>
  queryOptions({
    queryKey: ['merchants', id, 'api-keys'],
    queryFn: ({ signal }) => listApiKeys({ path: { id }, query: ALL, signal }),
  });

export const gateways = queryOptions({
  queryKey: ['gateways'],
  queryFn: ({ signal }) => listGateways({ signal }),
  refetchInterval: 5_000,
});

export const routingRules = queryOptions({
  queryKey: ['routing-rules'],
  queryFn: ({ signal }) => listRoutingRules({ signal }),
});
