import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Injectable, Optional } from '@nestjs/common';
import type { FastifyReply, FastifyRequest, onRequestHookHandler, RouteOptions } from 'fastify';
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

/**
 * Refuses requests that begin something new, `@PostOnce`, while too many writes are waiting: before the key is looked
 * up and the body is read. Whatever continues or ends what was accepted before (cancels, callbacks, moves by hand) is
 * never refused here, nor is a read.
 */
@Injectable()
export class Shedding {
  /** Paths of those that have no parameter. */
  private readonly paths = new Set<string>();

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
      if (refusal === null || refusals.endsWithAnswer(request)) return void answer!(request, response);
      refuse(response, refusal, refusals.idOf(request));
      refusals.refused(request);
    });
  }

  private isNew({ method, url }: IncomingMessage): boolean {
    return method === 'POST' && this.paths.has(url!);
  }

  private refusal(): Overloaded | null {
    return this.books?.refusalOfNew() ?? null;
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

/** With the headers of every answer. The connection stays: Node drops what comes of the body. */
function refuse(response: ServerResponse, refusal: Overloaded, requestId: string): void {
  const { status, contentType, body } = problemOf(refusal, requestId);
  const headers = ['x-request-id', requestId, 'x-content-type-options', 'nosniff', 'cache-control', 'no-store'];
  headers.push('retry-after', '1', 'content-type', contentType, 'content-length', `${Buffer.byteLength(body)}`);
  response.writeHead(status, headers);
  response.end(body);
}
