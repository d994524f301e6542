import type { FastifyReply } from 'fastify';
import { listsOf } from '../cache/book-lists.js';
import type { ListCache } from '../cache/list-cache.js';
import { jsonOf } from './json.js';
import { callerOf, type Principal } from './principal.js';
import { type PageQuery, PageRequest } from './pages.js';

/**
 * Goes up with a release in which a page looks different: a kept page outlives a deploy, and a process shows none of
 * another form.
 */
const PAGE_FORMAT = 3;

type ListPages = Pick<ListCache, 'page'>;

/** For what must never be old. */
export const UNCACHED: ListPages = { page: async (_scope, _page, read) => ({ body: await read(), hit: false }) };

/**
 * Sends a page of a list from the newest to the oldest: as it was kept (`X-Cache: HIT`), or read now.
 * @param merchantId whose list it is; null: the operators'
 * @param read up to `page.take` rows
 * @throws CursorInvalid, ValidationFailed
 */
export async function sendCachedList<Row extends { readonly id: string }>(
  reply: FastifyReply,
  lists: ListPages,
  merchantId: string | null,
  query: PageQuery,
  read: (page: PageRequest) => Promise<readonly Row[]>,
  viewOf: (row: Row, reader: Principal['kind']) => object,
): Promise<void> {
  const { request } = reply;
  // Before anything is looked up: a cursor of another list must not meet a page that was kept.
  const page = PageRequest.of(query, request);
  // All that a page depends on besides its list: its links repeat the path, an operator's header seals the cursors, and
  // what may be done with a row depends on whose kind of key it is.
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
