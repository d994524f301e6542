import type { BoundedCount } from '../../../shared/bounded-count.js';
import type { OrderList } from '../../../shared/order-list.js';
import { applyDecorators, Get } from '@nestjs/common';
import { jsonOf } from '../../../shared/json.js';
import { listsOf } from '../../cache/book-lists.js';
import type { ListCache } from '../../cache/list-cache.js';
import { ListTooSlow, TooManyConcurrentRequests } from '../../database/reads/lists.js';
import { ApiOkResponse, ApiOperation, ApiProperty } from '../documentation/openapi-decorators.js';
import { headers } from '../documentation/openapi-headers.js';
import { ProblemResponses } from '../documentation/openapi-problems.js';
import { askerOf } from '../access/principal.js';
import type { ListRequest } from '../endpoints/request-params.js';
import { sendsItsReply } from '../requests/added-parameters.js';
import { ValidationFailed } from '../problems/refusals.js';

/** The limit of each count. Nobody looks through more, and this many are counted in milliseconds. */
const MOST = 10_000;

class CountDocument {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: MOST, example: 3 }) count!: number;
  @ApiProperty({ description: `False: only ${MOST} were counted, and there may be more.` })
  is_exact!: boolean;
}

class StatusCountDocument extends CountDocument {
  @ApiProperty({ example: 'pending' }) status!: string;
}

export class CountsDocument {
  @ApiProperty({
    type: [StatusCountDocument],
    description: 'One entry for each status, including those with a count of 0.',
  })
  counts!: StatusCountDocument[];
  @ApiProperty({ description: 'Those that need a person, whatever their status.' })
  needs_attention!: CountDocument;
}

/** GET of the counts of a list, see `sendCounts`. @param of "payouts" */
export function GetCounts(operation: { readonly operationId: string; readonly of: string }): MethodDecorator {
  const { operationId, of } = operation;
  return applyDecorators(
    Get('counts'),
    sendsItsReply,
    ApiOperation({
      operationId,
      summary: `Count ${of} by status`,
      description:
        `Takes the same filters as the list, except \`status\`. Each count stops at ${MOST}. The header \`X-Cache\` ` +
        'says whether the answer came from the cache.',
    }),
    ApiOkResponse({ type: CountsDocument, headers: headers('X-Cache') }),
    ProblemResponses(ValidationFailed, TooManyConcurrentRequests, ListTooSlow),
  );
}

/** The count of orders that the filter excludes. */
const NONE: CountDocument = { count: 0, is_exact: true };

interface CountFilter {
  readonly merchantId: string | null;
  readonly status: string | null;
  readonly needsAttention: boolean | null;
}

const countView = ({ count, isExact }: BoundedCount): CountDocument => ({ count, is_exact: isExact });

/**
 * Sends how many there are of each status: cached like the pages of the list, or counted now. All counts are of the
 * same moment, so that what changes its status meanwhile is counted once.
 * @param filter all filters of the list except the status; its `merchantId` null: the operators' list
 */
export async function sendCounts<Filter extends CountFilter>(
  { reply }: Pick<ListRequest, 'reply'>,
  lists: ListCache,
  statuses: readonly NonNullable<Filter['status']>[],
  filter: Filter,
  orders: Pick<OrderList<Filter, unknown>, 'countAmong'>,
): Promise<void> {
  const { url, principal } = reply.request;
  const { merchantId, needsAttention } = filter;
  const { body, hit } = await lists.page(listsOf(merchantId), JSON.stringify([1, url, merchantId]), async () => {
    const ofStatuses = statuses.map((status) => ({ ...filter, status }));
    const ofAttention = needsAttention === false ? [] : [{ ...filter, status: null, needsAttention: true }];
    const found = await orders.countAmong([...ofStatuses, ...ofAttention], MOST, askerOf(principal));
    const shown = found.map(countView);
    const counts = statuses.map((status, place) => ({ status, ...shown[place]! }));
    return jsonOf({ counts, needs_attention: shown[statuses.length] ?? NONE } satisfies CountsDocument);
  });
  await reply
    .headers({ 'content-type': 'application/json; charset=utf-8', 'x-cache': hit ? 'HIT' : 'MISS' })
    .send(body);
}
