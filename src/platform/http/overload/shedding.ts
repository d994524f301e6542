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
  /** What it has to know of each answer that the framework does not see. */
  refused(request: IncomingMessage): void;
  /** Whether the framework has to answer on this connection, because it closes it. */
  endsWithAnswer(request: IncomingMessage): boolean;
}

/** Stands where the request's id belongs. */
const ID = '{id}';

/** The whole answer to the request with that id, which is ASCII. */
type AnswerText = (requestId: string) => string;

/**
 * Refuses requests that begin something new, `@PostOnce`, while too many writes are waiting: before the key is looked
 * up and the body is read. Whatever continues or ends what was accepted before (cancels, callbacks, moves by hand) is
 * never refused here, nor is a read.
 */
@Injectable()
export class Shedding {
  /** Paths of those that have no parameter. */
  private readonly paths = new Set<string>();
  /** Made once: there are thousands of the same refusal a second. */
  private readonly texts = new WeakMap<Overloaded, AnswerText>();

  /** Without a write path, in a worker or a test, nothing is refused. */
  constructor(@Optional() private readonly books?: Books) {}

  /** @returns the hooks that such a route needs */
  hooksFor({ url, config }: RouteOptions): onRequestHookHandler[] {
    if (config?.keyed !== true) return [];
    this.paths.add(url);
    return [this.hook];
  }

  /**
   * The same in front of the framework, for paths as they are usually written; the hook sees to all others. A refusal
   * must cost a tenth of a payout or less: at three times what the service can do there are more than two for each.
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
    if (text === undefined) this.texts.set(refusal, (text = answerText(refusal)));
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

/** Whether its turn has come on the connection, which goes on afterwards without a word of it (HTTP/1.1). */
function isNextOn(response: ServerResponse): boolean {
  const { socket, shouldKeepAlive, req } = response;
  return socket?.writable === true && shouldKeepAlive && req.httpVersionMinor === 1;
}

/**
 * Past the response, which writes in parts and by a dearer call: that took a fifth of the API's time in a flood. On `finish`
 * Node drops what comes of the body, and is ready for the next request.
 */
function refuse(response: ServerResponse, text: string): void {
  response.socket!.write(text);
  response.emit('finish');
}

/** With the headers of every answer, but for what Node adds to them: a date, and how long the connection is kept. */
function answerText(refusal: Overloaded): AnswerText {
  const { status, contentType, body } = problemOf(refusal, ID);
  const [before, after, ...more] = body.split(ID);
  assert(before !== undefined && after !== undefined && more.length === 0, 'a problem names its request once');
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...['x-content-type-options: nosniff', 'cache-control: no-store', 'retry-after: 1'],
    `content-type: ${contentType}`,
  ].join('\r\n');
  const length = Buffer.byteLength(before + after);
  return (id) =>
    `${head}\r\ncontent-length: ${length + id.length}\r\nx-request-id: ${id}\r\n\r\n${before}${id}${after}`;
}
