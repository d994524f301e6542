import { jsonOf } from '../../../shared/json.js';
import { listsOf } from '../../cache/book-lists.js';
import type { ListCache } from '../../cache/list-cache.js';
import { ownerOfKey } from './list-filters.js';
import { callerOf, type Principal } from '../access/principal.js';
import type { ListRequest } from '../endpoints/request-params.js';
import { type PageQuery, PageRequest } from './pages.js';

/**
 * Goes up with a release in which a page looks different: a cached page outlives a deployment, and a process must not
 * show a page of another format.
 */
const PAGE_FORMAT = 3;

type ListPages = Pick<ListCache, 'page'>;

/** For pages that must never be old. */
const UNCACHED: ListPages = { page: async (_scope, _page, read) => ({ body: await read(), hit: false }) };

/**
 * Sends a page of a list from the newest to the oldest: from the cache (`X-Cache: HIT`), or read now.
 * @param read up to `page.take` rows
 * @throws CursorInvalid, ValidationFailed
 */
export async function sendCachedList<Row extends { readonly id: string }>(
  { merchantId, reply }: ListRequest,
  lists: ListPages,
  query: PageQuery,
  read: (page: PageRequest) => Promise<readonly Row[]>,
  viewOf: (row: Row, reader: Principal['kind']) => object,
): Promise<void> {
  const { request } = reply;
  // Checked before anything is looked up: a cursor of another list must not get a cached page.
  const page = PageRequest.of(query, request);
  // All that a page depends on besides its list: its links repeat the path, an operator's header is part of the
  // cursors' seal, and what may be done with a row depends on the kind of the key.
  const { kind } = callerOf(request);
  const name = JSON.stringify([PAGE_FORMAT, kind, request.url, request.headers['x-merchant-id'] ?? null]);
  const { body, hit } = await lists.page(listsOf(merchantId), name, async () =>
    jsonOf(
      page.page(
        await read(page),
        ({ id }) => id,
        (row) => viewOf(row, kind),
      ),
    ),
  );
  const headers = { 'content-type': 'application/json; charset=utf-8', 'x-cache': hit ? 'HIT' : 'MISS' };
  await reply.headers(headers).send(body);
}

/** The cache for the pages of a list, and what finds a row by the Idempotency-Key under which it was made. */
interface KeyedLists {
  readonly lists: ListPages;
  readonly keys: { madeUnder(merchantId: string, key: string): Promise<string | null> };
}

/**
 * The same for a list that may also be asked for by Idempotency-Key: it then has the one row that was made under the
 * key, or none. By this answer a caller decides whether to send a request again, so it never comes from the cache.
 * @param read reads the row with this id alone, if it is given
 * @throws CursorInvalid, ValidationFailed
 */
export async function sendKeyedList<Row extends { readonly id: string }>(
  list: ListRequest,
  { lists, keys }: KeyedLists,
  query: PageQuery & { readonly idempotency_key?: string },
  read: (page: PageRequest, id: string | null) => Promise<readonly Row[]>,
  viewOf: (row: Row, reader: Principal['kind']) => object,
): Promise<void> {
  const { idempotency_key: key } = query;
  const id = key === undefined ? null : await keys.madeUnder(ownerOfKey(list.merchantId), key);
  const rows = async (page: PageRequest) => (key !== undefined && id === null ? [] : read(page, id));
  await sendCachedList(list, key === undefined ? lists : UNCACHED, query, rows, viewOf);
}
