import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../shared/domain-error.js';
import type { Problem } from '../../shared/problem.js';
import type { Reply } from '../../shared/reply.js';
import { merchantOf } from './principal.js';
import { ProtocolError, ValidationFailed } from './refusals.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The endpoint creates something once under an Idempotency-Key. */
    keyed?: true;
  }
}

/**
 * In place of a refusal of a request that is not in order, where its key has an answer already. A rule may be younger
 * than that answer: whoever is told only to mend the request may send it under a new key, and pay twice.
 */
export class AnsweredBefore extends DomainError {
  static override readonly problem: Problem = {
    code: 'answered_before',
    status: 409,
    title: 'A request under this Idempotency-Key was answered before',
    meaning:
      'This request is not in order, but an earlier one under its Idempotency-Key was answered, and that answer stands. ' +
      'Whether both are the same cannot be told: rules may have become stricter in between.',
    remedy:
      'Read what the earlier request has created (`created_id`) before you send anything under a new key: it may be what ' +
      'you want to create now. Nothing was recorded or changed by this request.',
    members: {
      refused_as: { type: 'text', description: 'The code of what is wrong with it.', example: 'validation_failed' },
      errors: {
        type: 'errors',
        description: 'One for each field that is wrong.',
        example: [{ pointer: '#/reference_id', detail: 'reference_id must be text of 1 to 40 characters.' }],
        optional: true,
      },
      earlier_status: { type: 'integer', description: 'How the earlier request was answered.', example: 201 },
      created_id: {
        type: 'text',
        description: 'The payout, payment or refund that the earlier request has created; null where it was refused.',
        example: '0198f0a2-7c1e-7b53-9d2a-4f6e8a1b2c3d',
        nullable: true,
      },
    },
  };

  constructor(refusal: DomainError, earlier: Reply) {
    super(`A request under this Idempotency-Key was answered before. This one is refused: ${refusal.message}`, {
      ...refusal.extensions,
      refused_as: refusal.code,
      earlier_status: earlier.status,
      created_id: earlier.status === 201 ? (JSON.parse(earlier.body) as { id: string }).id : null,
    });
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
