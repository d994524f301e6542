import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../../shared/domain-error.js';
import type { Reply } from '../../../shared/reply.js';
import { AnsweredBefore } from '../problems/answered-before.js';
import { merchantOf } from '../access/principal.js';
import { ProtocolError, ValidationFailed } from '../problems/refusals.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The endpoint creates something once under an Idempotency-Key. */
    keyed?: true;
  }
}

/** @returns the answer that was given under this Idempotency-Key (the header's text), if it is known */
type Find = (merchantId: string, header: string) => Promise<Reply | null>;

/** Finds answers that the keys of refused requests already have. The idempotency module provides them. */
export class EarlierReplies {
  private find: Find = () => Promise.resolve(null);

  knownBy(find: Find): void {
    this.find = find;
  }

  /** Whether the error is about the form of a request whose key may already have an answer. */
  concern(error: unknown, request: FastifyRequest): error is DomainError {
    return (
      (error instanceof ValidationFailed || error instanceof ProtocolError) &&
      request.routeOptions.config.keyed === true &&
      request.principal !== null &&
      request.headers['idempotency-key'] !== undefined
    );
  }

  /**
   * @returns the refusal itself if the key has no answer
   * @throws the database's error, if it is unknown whether there is one
   */
  async judge(refusal: DomainError, request: FastifyRequest): Promise<DomainError> {
    const merchantId = merchantNamedIn(request);
    if (merchantId === null) return refusal;
    const earlier = await this.find(merchantId, request.headers['idempotency-key'] as string);
    return earlier === null ? refusal : new AnsweredBefore(refusal, earlier);
  }
}

/** Null if the request does not name the merchant, or not correctly. */
function merchantNamedIn(request: FastifyRequest): string | null {
  try {
    return request.principal === null ? null : merchantOf(request.principal, request);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}
