import type { Type } from '@nestjs/common';
import type { WaitingFor } from '../../../shared/submissions/waiting.js';
import { TicketOfExport } from './exports.js';
import { CreatedFrom, CreatedTo, MadeUnderKey, NeedsAttention, WaitsFor } from './list-filters.js';
import { OwnedQuery, PageCursor, PageLimit, PageOffset } from './pages.js';

interface OrderQuery extends OwnedQuery {
  needs_attention?: boolean;
  waiting_for?: WaitingFor;
  created_from?: Date;
  created_to?: Date;
}

/**
 * The filters of payouts, payments and refunds alike.
 * @param attention which of them need attention, for the document
 */
export function orderQuery(attention: string): Type<OrderQuery> {
  class FoundBy extends OwnedQuery {
    @NeedsAttention(attention) needs_attention?: boolean;
    @WaitsFor() waiting_for?: WaitingFor;
    @CreatedFrom() created_from?: Date;
    @CreatedTo() created_to?: Date;
  }
  return FoundBy;
}

interface PageOfOrdersQuery {
  idempotency_key?: string;
  limit?: number;
  cursor?: string;
  offset?: number;
}

/** The query of a list. @param filter the filters of the list */
export function listQuery<Filter extends object>(filter: Type<Filter>): Type<Filter & PageOfOrdersQuery> {
  class Listed extends (filter as Type<object>) {
    @MadeUnderKey() idempotency_key?: string;
    @PageLimit() limit?: number;
    @PageCursor() cursor?: string;
    @PageOffset() offset?: number;
  }
  return Listed as Type<Filter & PageOfOrdersQuery>;
}

/** The query of a download. @param filter the filters of the list */
export function exportQuery<Filter extends object>(filter: Type<Filter>): Type<Filter & { ticket?: string }> {
  class Exported extends (filter as Type<object>) {
    @TicketOfExport() ticket?: string;
  }
  return Exported as Type<Filter & { ticket?: string }>;
}
