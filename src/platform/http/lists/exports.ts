import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { applyDecorators, Get, HttpCode, Injectable, Post } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Slice } from '../../../shared/slice.js';
import { FILES_PER_CALLER, ListTooSlow, TooManyConcurrentRequests } from '../../database/reads/lists.js';
import { FairSemaphore } from '../../waiting/fair-semaphore.js';
import { TakesTicket, type TicketSubject } from '../access/access.js';
import { BYTE_ORDER_MARK, csvHeader, csvLines, type CsvColumns } from './csv.js';
import { ExportTooLarge, MAX_EXPORTED } from '../problems/export-too-large.js';
import { sendsItsReply } from '../requests/added-parameters.js';
import { Text } from '../requests/fields.js';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty } from '../documentation/openapi-decorators.js';
import { headers } from '../documentation/openapi-headers.js';
import { ProblemResponses } from '../documentation/openapi-problems.js';
import { askerOf, callerOf, Tickets } from '../access/principal.js';
import { NotFound, ValidationFailed } from '../problems/refusals.js';

/** Rows of a page: a few hundred kilobytes, read in milliseconds. */
const ROWS_PER_PAGE = 1_000;

export class ExportDocument {
  @ApiProperty({
    format: 'uri-reference',
    example: '/api/v1/exports/payouts?status=completed&ticket=bahi_ticket_4f1c9',
    description:
      'The URL of the file. It works once, within a minute, and needs no key. The ticket in it is valid for this ' +
      'file only.',
  })
  url!: string;
  @ApiProperty({ example: 'payouts-2026-11-26.csv' }) filename!: string;
  @ApiProperty({ type: 'integer', maximum: MAX_EXPORTED, example: 12_345, description: 'How many rows there are now.' })
  rows!: number;
  @ApiProperty({ format: 'date-time', description: 'Until when the file can be fetched.' }) expires_at!: string;
}

export const TicketOfExport = (): PropertyDecorator =>
  Text({
    max: 256,
    optional: true,
    description: 'A ticket that replaces the API key, valid once. `POST` to the same path returns it.',
  });

const pathOf = ({ url }: Pick<FastifyRequest, 'url'>): string => url.replace(/\/?(?:[?#].*)?$/s, '');

const queryOf = ({ query }: Pick<FastifyRequest, 'query'>): URLSearchParams =>
  new URLSearchParams(query as Record<string, string>);

/** The ticket for a file is valid only for this list with these filters. */
const subjectOf: TicketSubject = (request) => {
  const query = queryOf(request);
  query.delete('ticket');
  return `${pathOf(request)}?${query.toString()}`;
};

/** POST that counts what a file would have, and says where to fetch it. @param of "payouts" */
export function PostExport(operation: { readonly operationId: string; readonly of: string }): MethodDecorator {
  const { operationId, of } = operation;
  return applyDecorators(
    Post(),
    HttpCode(201),
    ApiOperation({
      operationId,
      summary: `Create a file of ${of}`,
      description:
        'Takes the same query parameters as the list. The answer says where to fetch the file, which is written ' +
        'only then.',
    }),
    ApiCreatedResponse({ type: ExportDocument, description: 'The file can be fetched now.' }),
    ProblemResponses(ValidationFailed, NotFound, ExportTooLarge, TooManyConcurrentRequests, ListTooSlow),
  );
}

/** GET of the file, with the URL from `PostExport` or with a key. @param of "payouts" */
export function GetExport(operation: { readonly operationId: string; readonly of: string }): MethodDecorator {
  const { operationId, of } = operation;
  const content = { 'text/csv': { schema: { type: 'string' } } };
  return applyDecorators(
    Get(),
    sendsItsReply,
    TakesTicket(subjectOf),
    ApiOperation({
      operationId,
      summary: `Download a file of ${of}`,
      description:
        'CSV (RFC 4180) in UTF-8 with a byte order mark. The rows are read while the file is sent. Text that a ' +
        'spreadsheet would take for a formula starts with an apostrophe. If the connection breaks, the file is ' +
        'incomplete.',
    }),
    ApiOkResponse({ description: 'The file.', content, headers: headers('Content-Disposition') }),
    ProblemResponses(ValidationFailed, NotFound, ExportTooLarge, TooManyConcurrentRequests, ListTooSlow),
  );
}

/** How long a file waits for another one of its caller to end, if the caller already has as many as allowed. */
const PLACE_TIMEOUT_MS = 2_000;

/** A list that can also be downloaded as a file. */
export interface ExportedList<Row> {
  /** "payouts" */
  readonly name: string;
  readonly columns: CsvColumns<Row>;
  /** How the list is read; left out: from the newest to the oldest. */
  readonly order?: Slice['order'];
  /** How many rows there are, or `upTo` if there are more. @param askedBy the party whose turn to read lists it uses */
  count(upTo: number, askedBy: string): number | Promise<number>;
  read(slice: Slice): Promise<readonly Row[]>;
  /** The key of a row, after which the next page begins. */
  keyOf(row: Row): string;
}

/** Offers files, with tickets for them, and sends them. */
@Injectable()
export class Exports {
  private readonly places = new FairSemaphore({
    perName: FILES_PER_CALLER,
    inAll: Number.MAX_SAFE_INTEGER,
    timeoutMs: PLACE_TIMEOUT_MS,
  });

  constructor(private readonly modules: ModuleRef) {}

  /**
   * @param merchantId the merchant whose rows are in the file; null: all merchants, for operators
   * @throws ExportTooLarge
   */
  async offer<Row>(
    reply: FastifyReply,
    merchantId: string | null,
    list: Pick<ExportedList<Row>, 'name' | 'count'>,
  ): Promise<ExportDocument> {
    const { request } = reply;
    const rows = await list.count(MAX_EXPORTED + 1, askerOf(request.principal));
    if (rows > MAX_EXPORTED) throw new ExportTooLarge();
    const query = queryOf(request);
    // The request that fetches the file sends no header.
    if (merchantId !== null) query.set('merchant_id', merchantId);
    const path = pathOf(request);
    const { text, expiresAt } = await this.modules
      .get(Tickets, { strict: false })
      .issue(callerOf(request).keyId, `${path}?${query.toString()}`);
    query.set('ticket', text);
    const url = `${path}?${query.toString()}`;
    void reply.header('location', url);
    return { url, filename: fileName(list.name), rows, expires_at: expiresAt.toISOString() };
  }

  /**
   * Sends a file page by page. Each page is read when the one before has been sent, so a slow reader holds no database
   * connection, and one caller needs memory for at most {@link FILES_PER_CALLER} files. An error before the first page
   * is answered as usual; after that, the connection breaks.
   * @throws ExportTooLarge, TooManyConcurrentRequests
   */
  async send<Row>(reply: FastifyReply, list: ExportedList<Row>): Promise<void> {
    const asker = askerOf(reply.request.principal);
    // Counted again here: a caller with a key may have skipped the offer, and there may be more rows by now.
    if ((await list.count(MAX_EXPORTED + 1, asker)) > MAX_EXPORTED) throw new ExportTooLarge();
    const release = await this.places.acquire(asker);
    if (release === null) throw new TooManyConcurrentRequests();
    // If the caller left while waiting, there will be no `close` event.
    if (reply.raw.closed) release();
    else reply.raw.once('close', release);
    const { name, columns } = list;
    const pages = pagesOf(list, asker);
    const first = await pages.next();
    const lines = async function* (): AsyncGenerator<string> {
      yield BYTE_ORDER_MARK + csvHeader(columns);
      if (first.done === true) return;
      yield csvLines(columns, first.value);
      for await (const rows of pages) yield csvLines(columns, rows);
    };
    await reply
      .headers({
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${fileName(name)}"`,
      })
      .send(Readable.from(lines(), { objectMode: true, highWaterMark: 1 }));
  }
}

const fileName = (name: string): string => `${name}-${new Date().toISOString().slice(0, 10)}.csv`;

/** The pages of a list, each after the key of the last row of the one before. */
async function* pagesOf<Row>(list: Omit<ExportedList<Row>, 'count'>, askedBy: string): AsyncGenerator<readonly Row[]> {
  const slice = { take: ROWS_PER_PAGE, order: list.order ?? 'DESC', offset: 0, before: null, askedBy };
  let after: string | null = null;
  for (let sent = 0; ;) {
    const page: readonly Row[] = await (after === null
      ? list.read({ ...slice, after })
      : patiently(list, { ...slice, after }));
    sent += page.length;
    // Rows that were added since the count are let through.
    if (sent > MAX_EXPORTED + ROWS_PER_PAGE) throw new ExportTooLarge();
    if (page.length > 0) yield page;
    if (page.length < ROWS_PER_PAGE) return;
    after = list.keyOf(page.at(-1)!);
  }
}

/** A file that has begun waits for its next turn instead of failing; each try itself waits for a turn. */
const TRIES = 30;

async function patiently<Row>(list: Pick<ExportedList<Row>, 'read'>, slice: Slice): Promise<readonly Row[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await list.read(slice);
    } catch (error) {
      if (!(error instanceof TooManyConcurrentRequests) || tries === TRIES) throw error;
      await pause(100);
    }
  }
}
