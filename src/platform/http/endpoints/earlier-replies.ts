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

/** @returns what was answered under this Idempotency-Key (the header's text), if it is known */
type Find = (merchantId: string, header: string) => Promise<Reply | null>;

/** Where refusals of requests look for answers that their keys have already. The idempotency module knows them. */
export class EarlierReplies {
  private find: Find = () => Promise.resolve(null);

  knownBy(find: Find): void {
    this.find = find;
  }

  /** Whether the error is about the form of a request whose key may have an answer. */
  concern(error: unknown, request: FastifyRequest): error is DomainError {
    return (
      (error instanceof ValidationFailed || error instanceof ProtocolError) &&
      request.routeOptions.config.keyed === true &&
      request.principal !== null &&
      request.headers['idempotency-key'] !== undefined
    );
  }

  /**
   * @returns the refusal itself where its key has no answer
   * @throws what the database throws: then nobody knows
   */
  async judge(refusal: DomainError, request: FastifyRequest): Promise<DomainError> {
    const merchantId = merchantNamedIn(request);
    if (merchantId === null) return refusal;
    const earlier = await this.find(merchantId, request.headers['idempotency-key'] as string);
    return earlier === null ? refusal : new AnsweredBefore(refusal, earlier);
  }
}

/** Null where the request does not say it, or not rightly. */
function merchantNamedIn(request: FastifyRequest): string | null {
  try {
    return request.principal === null ? null : merchantOf(request.principal, request);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}
