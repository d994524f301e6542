import { DomainError } from '../../../shared/domain-error.js';
import type { Problem } from '../../../shared/problem.js';
import type { Reply } from '../../../shared/reply.js';

/**
 * Replaces the refusal of an invalid request if its key already has an answer. The rule may be newer than that answer:
 * a caller who is only told to fix the request may send it under a new key, and pay twice.
 */
export class AnsweredBefore extends DomainError {
  static override readonly problem: Problem = {
    code: 'answered_before',
    status: 409,
    title: 'A request under this Idempotency-Key was answered before',
    meaning:
      'This request is not valid, but an earlier one with the same Idempotency-Key was answered, and that answer ' +
      'stands. It cannot be determined whether both requests are the same: the rules may have become stricter ' +
      'since.',
    remedy:
      'Read what the earlier request created (`created_id`) before you send anything under a new key: it may be ' +
      'what you want to create now. This request recorded and changed nothing.',
    members: {
      refused_as: {
        type: 'text',
        description: 'The code of the refusal that this request would have got.',
        example: 'validation_failed',
      },
      errors: {
        type: 'errors',
        description: 'One entry for each field that is not valid.',
        example: [{ pointer: '#/reference_id', detail: 'reference_id must be text of 1 to 40 characters.' }],
        optional: true,
      },
      earlier_status: {
        type: 'integer',
        description: 'The status with which the earlier request was answered.',
        example: 201,
      },
      created_id: {
        type: 'text',
        description: 'The payout, payment or refund that the earlier request created. Null if it was refused.',
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
