import { type IncomingMessage, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { Injectable, Optional } from '@nestjs/common';
import type { FastifyReply, FastifyRequest, onRequestHookHandler, RouteOptions } from 'fastify';
import { assert } from '../../../shared/assert.js';
import { Books } from '../../group-commit/books.js';
import type { Overloaded } from '../../group-commit/overloaded.js';
import { sendProblem } from '../problems/send-problem.js';
import { problemOf } from '../problems/problems.js';

interface EarlyRefusals {
  idOf(request: IncomingMessage): string;
  /** Called for each refusal, since the framework does not see it. */
  refused(request: IncomingMessage): void;
  /** Whether the framework has to answer, because it closes the connection afterwards. */
  endsWithAnswer(request: IncomingMessage): boolean;
}

/** The placeholder for the request's id. */
const ID = '{id}';

/** The whole answer to the request with that id, which is ASCII. */
type AnswerText = (requestId: string) => string;

/**
 * Refuses requests that begin something new (`@PostOnce`) while too many writes are waiting, before the key is looked
 * up and the body is read. Requests that continue or end what was accepted before (cancellations, callbacks,
 * transitions by hand) are never refused here, nor are reads.
 */
@Injectable()
export class Shedding {
  /** The paths of these routes, compared as a whole: a path with parameters never matches. */
  private readonly paths = new Set<string>();
  /** Made once, because the same refusal may be sent thousands of times a second. */
  private readonly texts = new WeakMap<Overloaded, AnswerText>();

  /** Without a write path, in a worker or a test, nothing is refused. */
  constructor(@Optional() private readonly books?: Books) {}

  /** @returns the hooks that the route needs */
  hooksFor({ url, config }: RouteOptions): onRequestHookHandler[] {
    if (config?.keyed !== true) return [];
    this.paths.add(url);
    return [this.hook];
  }

  /**
   * Refuses in front of the framework, for paths as they are usually written; the hook refuses all others. A refusal
   * must cost a tenth of a payout or less: at three times the load that the service can take, there are more than two
   * refusals for each payout.
   */
  putBefore(server: Server, refusals: EarlyRefusals): void {
    const [answer] = server.listeners('request') as RequestListener[];
    server.off('request', answer!);
    server.on('request', (request, response) => {
      const refusal = this.isNew(request) ? this.refusal() : null;
      if (refusal === null || !isNextOn(response) || refusals.endsWithAnswer(request))
        return void answer!(request, response);
      refuse(response, this.textOf(refusal)(refusals.idOf(request)));
      refusals.refused(request);
    });
  }

  private isNew({ method, url }: IncomingMessage): boolean {
    return method === 'POST' && this.paths.has(url!);
  }

  private refusal(): Overloaded | null {
    return this.books?.refusalOfNew() ?? null;
  }

  private textOf(refusal: Overloaded): AnswerText {
    let text = this.texts.get(refusal);
    if (text === undefined) {
      text = answerText(refusal);
      this.texts.set(refusal, text);
    }
    return text;
  }

  private readonly hook: onRequestHookHandler = (
    request: FastifyRequest,
    reply: FastifyReply,
    done: () => void,
  ): void => {
    const refusal = this.refusal();
    if (refusal === null) done();
    else sendProblem(reply, refusal, request.id);
  };
}

/** Whether its turn has come on the connection, which then stays open without a header that says so (HTTP/1.1). */
function isNextOn(response: ServerResponse): boolean {
  const { socket, shouldKeepAlive, req } = response;
  return socket?.writable === true && shouldKeepAlive && req.httpVersionMinor === 1;
}

/**
 * Bypasses the response, which writes in several parts and by a more expensive call: that took a fifth of the API's
 * time in a flood. On `finish`, Node drops the rest of the body and is ready for the next request.
 */
function refuse(response: ServerResponse, text: string): void {
  response.socket!.write(text);
  response.emit('finish');
}

/** Has the headers of every answer, except those that Node adds: the date, and how long the connection is kept. */
function answerText(refusal: Overloaded): AnswerText {
  const { status, contentType, body } = problemOf(refusal, ID);
  const [before, after, ...more] = body.split(ID);
  assert(before !== undefined && after !== undefined && more.length === 0, 'a problem names its request once');
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    'retry-after: 1',
    `content-type: ${contentType}`,
  ].join('\r\n');
  const length = Buffer.byteLength(before + after);
  return (id) =>
    `${head}\r\ncontent-length: ${length + id.length}\r\nx-request-id: ${id}\r\n\r\n${before}${id}${after}`;
}
