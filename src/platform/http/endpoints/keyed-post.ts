import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../../../shared/domain-error.js';
import type { Reply } from '../../../shared/reply.js';
import { sha256 } from '../../../shared/sha256.js';
import { API_PREFIX } from '../documentation/api-prefix.js';
import { problemOf } from '../problems/problems.js';
import { callerOf, type Principal } from '../access/principal.js';
import { type Requester, requesterOf } from './requester.js';

/** A request under an Idempotency-Key, in the form that the idempotency module takes; the module defines the terms. */
interface KeyedRequest<Terms> {
  readonly key: string;
  readonly requestHash: Uint8Array;
  readonly keys: Terms;
  readonly refusal: (error: DomainError) => Reply;
}

interface Creation<Terms> {
  readonly keys: Terms;
  /** What a repeated request under this key must equal: route, ids and the normalised command. */
  readonly compared: readonly unknown[];
  /** The path, under the API's prefix, to which the new id is appended for the header `Location`. */
  readonly collection: string;
}

/** A POST that creates something once under its Idempotency-Key. A parameter `@Keyed(…)` of an endpoint `@PostOnce`. */
export class KeyedPost {
  readonly by: Requester;
  readonly caller: Principal['kind'];

  constructor(
    readonly key: string,
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {
    this.by = requesterOf(request);
    this.caller = callerOf(request).kind;
  }

  /** @param compared route, ids and the normalised command */
  hashOf(compared: readonly unknown[]): Uint8Array {
    return sha256(JSON.stringify(['POST', ...compared]));
  }

  /**
   * Calls `execute`, which creates something or finds the stored reply, and sends the answer as bytes. A stored reply
   * is sent as it was stored, content type included.
   * @param execute passes the view of what it has created to `created`, inside the commit
   */
  async answer<Terms>(
    { keys, compared, collection }: Creation<Terms>,
    execute: (
      request: KeyedRequest<Terms>,
      created: (view: { readonly id: string }) => Reply,
    ) => Promise<Reply & { readonly replayed: boolean }>,
  ): Promise<void> {
    const { key, request, reply } = this;
    const requestHash = this.hashOf(compared);
    const refusal = (error: DomainError): Reply => problemOf(error, request.id);
    let id = '';
    const answer = await execute({ key, requestHash, keys, refusal }, (view) => {
      id = view.id;
      return { status: 201, contentType: 'application/json; charset=utf-8', body: JSON.stringify(view) };
    });
    if (answer.status === 201) reply.header('location', `/${API_PREFIX}${collection}/${id}`);
    if (answer.replayed) reply.header('idempotent-replayed', 'true');
    await reply.status(answer.status).header('content-type', answer.contentType).send(Buffer.from(answer.body));
  }
}
