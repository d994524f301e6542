import { isUuid } from '../../../shared/ids.js';
import { sha256 } from '../../../shared/sha256.js';
import { QueryInteger, Text, Uuid } from '../requests/fields.js';
import { askerOf, type Principal } from '../access/principal.js';
import { CursorInvalid, ValidationFailed } from '../problems/refusals.js';

/** A higher offset costs the database more than a page is worth; a cursor costs the same everywhere. */
const MAX_OFFSET = 10_000;
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** Most callers read the timeline of one thing as a whole: a page has room for nearly every timeline. */
const DEFAULT_TIMELINE_LIMIT = MAX_LIMIT;

export const PageLimit = (): PropertyDecorator =>
  QueryInteger({ min: 1, max: MAX_LIMIT, description: 'How many results to return per page.', example: DEFAULT_LIMIT });
export const PageCursor = (): PropertyDecorator =>
  Text({ max: 200, optional: true, description: 'The value of `next_cursor` or `previous_cursor` of a page. Opaque.' });
export const PageOffset = (): PropertyDecorator =>
  QueryInteger({ min: 0, max: MAX_OFFSET, description: 'How many results to skip. Cannot be combined with `cursor`.' });

/** The query of every list. A list with filters extends it, or has these fields besides its filters. */
export class PageQuery {
  @PageLimit() limit?: number;
  @PageCursor() cursor?: string;
  @PageOffset() offset?: number;
}

/** The merchant to whom the rows belong. */
export class OwnedQuery {
  @Uuid({ optional: true, description: 'For operators: limits the list to this merchant.' })
  merchant_id?: string;
}

/** The query of a list that both merchants and operators read. */
export class MerchantPageQuery extends PageQuery {
  @Uuid({ optional: true, description: 'For operators: limits the list to this merchant.' })
  merchant_id?: string;
}

export interface Page<T> {
  readonly results: readonly T[];
  /** Paths with the same filters, or null at the end. */
  readonly next: string | null;
  readonly previous: string | null;
  /**
   * For `cursor`, with the same filters: where `next` and `previous` go on. Null if those are null, and also if the
   * page is empty, so that there is nothing to go on from: `next` then begins the list again.
   */
  readonly next_cursor: string | null;
  readonly previous_cursor: string | null;
}

/** A list that is so short that it has one page. */
export function onePage<T>(results: readonly T[]): Page<T> {
  return { results, next: null, previous: null, next_cursor: null, previous_cursor: null };
}

type Direction = 'after' | 'before';

/** The list of which a page is requested: the path, and all of the query except `limit`, `cursor` and `offset`. */
interface ListAddress {
  readonly path: string;
  readonly filters: readonly [string, string][];
  /** Part of the cursor's seal, not of the path: the merchant that an operator names in a header. */
  readonly scope: string;
}

/** The part of Fastify's request that a list depends on. */
interface RequestParts {
  readonly url: string;
  readonly query: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly principal: Principal | null;
}

/** Where a page begins: at most one of the three is given. */
interface PagePosition {
  /** The key after which it begins. */
  readonly after?: string;
  /** The key before which it ends. */
  readonly before?: string;
  readonly offset?: number;
}

/** A list as it is declared by its endpoint. */
interface ListKind {
  /** Whether a text has the form of this list's keys: a forged cursor may hold any text. */
  readonly isKey: (text: string) => boolean;
  /** The order in which the list runs. */
  readonly forwards: 'ASC' | 'DESC';
  readonly defaultLimit: number;
}

const NEWEST_FIRST: ListKind = { isKey: isUuid, forwards: 'DESC', defaultLimit: DEFAULT_LIMIT };

/**
 * One page of a list that runs from the newest to the oldest, or the other way, by a key that never changes (an id, a
 * sequence number).
 *
 * A repository reads `take` rows: those after (`key < after`, descending) or before (`key > before`, ASCENDING) a key,
 * or from `offset`; for a list that runs from the oldest to the newest it is the other way round.
 * {@link PageRequest.page} puts them in order and gives the next and the previous page.
 */
export class PageRequest {
  readonly askedBy: string;
  readonly limit: number;
  readonly after: string | null;
  readonly before: string | null;
  private readonly address: ListAddress;
  private readonly forwards: 'ASC' | 'DESC';
  /** Null: the caller did not ask by offset. */
  private readonly askedOffset: number | null;

  private constructor(asked: {
    readonly address: ListAddress;
    readonly askedBy: string;
    readonly limit: number;
    readonly forwards: 'ASC' | 'DESC';
    readonly position: PagePosition;
  }) {
    this.address = asked.address;
    this.askedBy = asked.askedBy;
    this.limit = asked.limit;
    this.forwards = asked.forwards;
    this.after = asked.position.after ?? null;
    this.before = asked.position.before ?? null;
    this.askedOffset = asked.position.offset ?? null;
  }

  /**
   * @param query validated
   * @param list left out: by ids, the newest first
   * @throws CursorInvalid, ValidationFailed
   */
  static of(query: PageQuery, request: RequestParts, list: Partial<ListKind> = {}): PageRequest {
    return PageRequest.asked(query, request, { ...NEWEST_FIRST, ...list });
  }

  /**
   * For a list that runs from the oldest to the newest by numbers: the timeline of one thing.
   * @throws CursorInvalid, ValidationFailed
   */
  static oldestFirst(query: PageQuery, request: RequestParts): PageRequest {
    const list = { isKey: isNumber, forwards: 'ASC', defaultLimit: DEFAULT_TIMELINE_LIMIT } as const;
    return PageRequest.asked(query, request, list);
  }

  /**
   * For a list that runs from the oldest to the newest by ids.
   * @throws CursorInvalid, ValidationFailed
   */
  static oldestFirstById(query: PageQuery, request: RequestParts): PageRequest {
    return PageRequest.asked(query, request, { ...NEWEST_FIRST, forwards: 'ASC' });
  }

  private static asked(query: PageQuery, request: RequestParts, list: ListKind): PageRequest {
    const address = addressOf(request);
    return new PageRequest({
      address,
      askedBy: askerOf(request.principal),
      limit: query.limit ?? list.defaultLimit,
      forwards: list.forwards,
      position: positionOf(query, address, list),
    });
  }

  /** How many rows are skipped before the page. */
  get offset(): number {
    return this.askedOffset ?? 0;
  }

  /** One row more than the page has, to see whether there is another page. */
  get take(): number {
    return this.limit + 1;
  }

  /** The order in which the rows are read. */
  get order(): 'ASC' | 'DESC' {
    if (this.before === null) return this.forwards;
    return this.forwards === 'DESC' ? 'ASC' : 'DESC';
  }

  /** @param found the rows as they were read, up to `take` */
  page<Row, Result>(found: readonly Row[], keyOf: (row: Row) => string, resultOf: (row: Row) => Result): Page<Result> {
    const more = found.length > this.limit;
    const rows = found.slice(0, this.limit);
    if (this.before !== null) rows.reverse();
    const first = rows[0];
    const last = rows.at(-1);
    const hasNext = this.before !== null || more;
    const hasPrevious = this.before !== null ? more : this.after !== null || this.offset > 0;
    const nextCursor = hasNext && last !== undefined ? this.cursor('after', keyOf(last)) : null;
    const previousCursor = hasPrevious && first !== undefined ? this.cursor('before', keyOf(first)) : null;
    return {
      results: rows.map(resultOf),
      next: hasNext ? this.next(nextCursor) : null,
      previous: hasPrevious ? this.previous(previousCursor) : null,
      next_cursor: nextCursor,
      previous_cursor: previousCursor,
    };
  }

  private next(cursor: string | null): string {
    const offset = this.offset + this.limit;
    if (this.askedOffset !== null && offset <= MAX_OFFSET) return this.link(['offset', `${offset}`]);
    // The page is empty, as nothing is left before the cursor: the next page is the start of the list.
    return cursor === null ? this.link() : this.link(['cursor', cursor]);
  }

  private previous(cursor: string | null): string | null {
    if (this.askedOffset !== null) return this.link(['offset', `${Math.max(0, this.askedOffset - this.limit)}`]);
    return cursor === null ? null : this.link(['cursor', cursor]);
  }

  private cursor(direction: Direction, key: string): string {
    return sealCursor(direction, key, this.address);
  }

  private link(...position: readonly [string, string][]): string {
    const query = new URLSearchParams([...this.address.filters, ['limit', `${this.limit}`], ...position]);
    return `${this.address.path}?${query.toString()}`;
  }
}

/** @throws CursorInvalid, ValidationFailed */
function positionOf({ cursor, offset }: PageQuery, address: ListAddress, { isKey }: ListKind): PagePosition {
  if (cursor === undefined) return offset === undefined ? {} : { offset };
  if (offset !== undefined)
    throw new ValidationFailed([{ pointer: '#/query/offset', detail: 'Send either cursor or offset, not both.' }]);
  const [direction, key] = openCursor(cursor, address);
  if (!isKey(key)) throw new CursorInvalid();
  return direction === 'after' ? { after: key } : { before: key };
}

const isNumber = (text: string): boolean => /^\d{1,9}$/.test(text);

const POSITION = new Set(['limit', 'cursor', 'offset']);

function addressOf({ url, query, headers }: RequestParts): ListAddress {
  const filters = Object.entries(query as Record<string, string>).filter(([name]) => !POSITION.has(name));
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/\/?(?:[?#].*)?$/s, '');
  return { path, filters: filters.sort(([a], [b]) => (a < b ? -1 : 1)), scope: String(headers['x-merchant-id'] ?? '') };
}

/**
 * The seal ties a cursor to its list and filters. It needs no secret: with a forged cursor, a caller only reads a page
 * of a list that they may read anyway. The seal turns mistakes into a refusal instead of a page that skips or repeats
 * rows.
 */
function sealOf(direction: Direction, key: string, { path, filters, scope }: ListAddress): string {
  const text = JSON.stringify([direction, key, path, filters, scope]);
  return Buffer.from(sha256(text)).toString('base64url', 0, 9);
}

function sealCursor(direction: Direction, key: string, address: ListAddress): string {
  return Buffer.from(`${direction}.${sealOf(direction, key, address)}.${key}`).toString('base64url');
}

function openCursor(cursor: string, address: ListAddress): [Direction, string] {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, direction, key] = /^(after|before)\.[\w-]{12}\.([\w:-]{1,80})$/.exec(text) ?? [];
  if (direction === undefined || key === undefined) throw new CursorInvalid();
  const known = direction as Direction;
  // Compares the texts, not what they decode to: base64 is lenient, and may ignore a character more or less.
  if (cursor !== sealCursor(known, key, address)) throw new CursorInvalid();
  return [known, key];
}
