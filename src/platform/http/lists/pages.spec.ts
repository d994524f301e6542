import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { onePage, type Page, PageQuery, PageRequest } from './pages.js';

const PATH = '/api/v1/payouts';

/** Ids that sort in the order in which they were made, here the newest first. */
const idsOf = (count: number, from = 50_000): string[] => Array.from({ length: count }, (_, i) => String(from - i));

/** What a repository does with a page request. */
function read(ids: readonly string[], asked: PageRequest): string[] {
  const { after, before } = asked;
  const rows = ids.filter((id) => (after === null || id < after) && (before === null || id > before));
  if (asked.order === 'ASC') rows.reverse();
  return rows.slice(asked.offset, asked.offset + asked.take);
}

/** The timeline of one thing: numbers, the oldest first. */
function readTimeline(count: number, { after, before, order, offset, take }: PageRequest): string[] {
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  const rows = numbers.filter((seq) => seq > Number(after ?? 0) && seq < Number(before ?? count + 1));
  if (order === 'DESC') rows.reverse();
  return rows.slice(offset, offset + take).map(String);
}

/** Asks as a caller of the API would: by the path that a page has given. */
function ask(ids: readonly string[] | number, url: string): Page<string> {
  const query = Object.fromEntries(new URLSearchParams(url.split('?')[1]));
  const typed: PageQuery = {
    ...(query['cursor'] === undefined ? {} : { cursor: query['cursor'] }),
    ...(query['limit'] === undefined ? {} : { limit: Number(query['limit']) }),
    ...(query['offset'] === undefined ? {} : { offset: Number(query['offset']) }),
  };
  const request = { url, query, headers: {}, principal: null };
  const asked =
    typeof ids === 'number'
      ? PageRequest.oldestFirst(typed, request)
      : PageRequest.of(typed, request, { isKey: (key) => /^\d+$/.test(key) });
  return asked.page(
    typeof ids === 'number' ? readTimeline(ids, asked) : read(ids, asked),
    (id) => id,
    (id) => id,
  );
}

function walk(
  ids: readonly string[] | number,
  from: string,
  link: 'next' | 'previous',
): { url: string; page: Page<string> }[] {
  const pages = [];
  for (let url: string | null = from; url !== null;) {
    const page: Page<string> = ask(ids, url);
    pages.push({ url, page });
    if (pages.length > 500) throw new Error('the walk does not end');
    url = page[link];
  }
  return pages;
}

describe('a list', () => {
  const sizes = fc.record({ count: fc.nat(60), limit: fc.integer({ min: 1, max: 25 }) });

  it('shows each row exactly once, in order, to who follows next', () => {
    fc.assert(
      fc.property(sizes, ({ count, limit }) => {
        const ids = idsOf(count);
        const pages = walk(ids, `${PATH}?limit=${limit}`, 'next');
        expect(pages.flatMap(({ page }) => page.results)).toEqual(ids);
        expect(pages.slice(0, -1).every(({ page }) => page.results.length === limit)).toBe(true);
      }),
    );
  });

  it('leads who turns back through the same pages to the first one', () => {
    fc.assert(
      fc.property(sizes, ({ count, limit }) => {
        const ids = idsOf(count);
        const forth = walk(ids, `${PATH}?limit=${limit}`, 'next');
        const back = walk(ids, forth.at(-1)!.url, 'previous').reverse();
        expect(back.map(({ page }) => page.results)).toEqual(forth.map(({ page }) => page.results));
        expect(back[0]!.page.previous).toBeNull();
      }),
    );
  });

  it('neither skips nor repeats a row when newer ones arrive or others go', () => {
    fc.assert(
      fc.property(sizes, fc.nat(10), fc.nat(59), ({ count, limit }, arrivals, gone) => {
        const ids = idsOf(count);
        const first = ask(ids, `${PATH}?limit=${limit}`);
        const newer = idsOf(arrivals, 60_000);
        const later = [...newer, ...ids].filter((_, i) => i !== arrivals + gone);
        const rest = first.next === null ? [] : walk(later, first.next, 'next').flatMap(({ page }) => page.results);
        const expected = count <= limit ? [] : later.filter((id) => id < first.results.at(-1)!);
        expect(rest).toEqual(expected);
      }),
    );
  });

  it('can be read by offset, with links by offset', () => {
    const ids = idsOf(45);
    const pages = walk(ids, `${PATH}?limit=20&offset=0`, 'next');
    expect(pages.flatMap(({ page }) => page.results)).toEqual(ids);
    expect(pages.map(({ url }) => new URLSearchParams(url.split('?')[1]).get('offset'))).toEqual(['0', '20', '40']);
    expect(pages[1]!.page.previous).toBe(`${PATH}?limit=20&offset=0`);
    expect(ask(ids, `${PATH}?limit=20&offset=7`).previous).toBe(`${PATH}?limit=20&offset=0`);
  });

  it('goes on by cursor where offsets end', () => {
    const ids = idsOf(10_200);
    const last = ask(ids, `${PATH}?limit=100&offset=9950`);
    expect(last.next).toMatch(/cursor=/);
    expect(ask(ids, last.next!).results[0]).toBe(ids[10_050]);
  });

  it('names the cursors of its links, and of pages by offset too', () => {
    const ids = idsOf(45);
    const cursorIn = (link: string | null) => new URLSearchParams(link?.split('?')[1]).get('cursor');
    const second = ask(ids, ask(ids, `${PATH}?limit=20`).next!);
    expect(second.next_cursor).toBe(cursorIn(second.next));
    expect(second.previous_cursor).toBe(cursorIn(second.previous));
    const byOffset = ask(ids, `${PATH}?limit=20&offset=20`);
    expect([byOffset.next_cursor, byOffset.previous_cursor]).toEqual([second.next_cursor, second.previous_cursor]);
    const last = ask(ids, `${PATH}?limit=20&cursor=${second.next_cursor}`);
    expect(last.results).toEqual(ids.slice(40));
    expect(last).toMatchObject({ next: null, next_cursor: null });
    expect(ask(ids, `${PATH}?limit=20`)).toMatchObject({ previous: null, previous_cursor: null });
  });

  it('starts again when all that was before the cursor is gone', () => {
    const ids = idsOf(10);
    const second = ask(ids, ask(ids, `${PATH}?limit=5`).next!);
    const page = ask(ids.slice(5), second.previous!);
    expect(page).toEqual({
      results: [],
      next: `${PATH}?limit=5`,
      previous: null,
      next_cursor: null,
      previous_cursor: null,
    });
  });

  it('keeps its filters in its links, in one order, and none of the position', () => {
    const page = ask(idsOf(9), `${PATH}/?status=pending&created_from=2026-01-01T00%3A00%3A00%2B05%3A30&limit=3`);
    expect(page.next).toMatch(
      /^\/api\/v1\/payouts\?created_from=2026-01-01T00%3A00%3A00%2B05%3A30&status=pending&limit=3&cursor=/,
    );
  });
});

describe('a timeline', () => {
  const numbersTo = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i + 1));

  it('runs from the oldest to the newest, forwards and backwards, each entry once', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 25 }), (count, limit) => {
        const forth = walk(count, `${PATH}?limit=${limit}`, 'next');
        expect(forth.flatMap(({ page }) => page.results)).toEqual(numbersTo(count));
        const back = walk(count, forth.at(-1)!.url, 'previous').reverse();
        expect(back.map(({ page }) => page.results)).toEqual(forth.map(({ page }) => page.results));
        expect(back[0]!.page.previous).toBeNull();
      }),
    );
  });

  it('is one page up to a hundred entries for who asks for no limit', () => {
    expect(ask(100, PATH)).toEqual(onePage(numbersTo(100)));
    expect(ask(101, PATH).results).toEqual(numbersTo(100));
    expect(ask(101, ask(101, PATH).next!).results).toEqual(['101']);
  });

  it('shows what is added later to who goes on', () => {
    const { next } = ask(5, `${PATH}?limit=3`);
    expect(ask(9, next!).results).toEqual(['4', '5', '6']);
  });
});

describe('a cursor', () => {
  const ids = idsOf(30);
  const first = ask(ids, `${PATH}?status=pending&limit=10`).next!;
  const cursor = new URLSearchParams(first.split('?')[1]).get('cursor')!;

  it('does not depend on the order of the filters or on the limit', () => {
    const both = ask(ids, `${PATH}?status=pending&mode=IMPS&limit=10`).next!;
    const swapped = `${PATH}?mode=IMPS&limit=3&status=pending&cursor=${new URLSearchParams(both).get('cursor')}`;
    expect(ask(ids, swapped).results).toEqual(ids.slice(10, 13));
  });

  it.each([
    ['another list', `/api/v1/merchants?status=pending&cursor=${cursor}`],
    ['other filters', `${PATH}?status=failed&cursor=${cursor}`],
    ['no filters', `${PATH}?cursor=${cursor}`],
    ['more filters', `${PATH}?status=pending&mode=IMPS&cursor=${cursor}`],
  ])('is refused with %s', (_, url) => {
    expect(() => ask(ids, url)).toThrow(expect.objectContaining({ code: 'cursor_invalid' }));
  });

  it('is refused when one character of it is changed, added or lost', () => {
    const changed = fc
      .record({ at: fc.nat(cursor.length - 1), to: fc.constantFrom(...'ABCxyz019-_=') })
      .map(({ at, to }) => cursor.slice(0, at) + to + cursor.slice(at + 1));
    const added = fc.constantFrom(...'Aa0-=').map((character) => cursor + character);
    const lost = fc.nat(cursor.length - 1).map((at) => cursor.slice(0, at) + cursor.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(changed, added, lost), (text) => {
        fc.pre(text !== cursor);
        const url = `${PATH}?status=pending&cursor=${encodeURIComponent(text)}`;
        expect(() => ask(ids, url)).toThrow(expect.objectContaining({ code: 'cursor_invalid' }));
      }),
    );
  });

  it('is refused when it is sealed as it should be and holds something that is no key of the list', () => {
    const { next } = ask(['not-a-number', '7'], `${PATH}?limit=1`);
    expect(() => ask([], next!)).toThrow(expect.objectContaining({ code: 'cursor_invalid' }));
  });

  it('is refused, and nothing worse, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const query = { status: 'pending', cursor: text };
        expect(() => PageRequest.of({ cursor: text }, { url: PATH, query, headers: {}, principal: null })).toThrow(
          expect.objectContaining({ code: 'cursor_invalid' }),
        );
      }),
    );
  });
});
