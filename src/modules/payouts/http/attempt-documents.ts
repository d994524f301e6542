import { ApiProperty } from '@nestjs/swagger';
import type { PayoutAnswer, PayoutAttempt } from '../domain/payout-state.js';
import { TRANSFER_MODES } from '../domain/transfer-mode.js';

const KINDS = ['submission', 'inquiry', 'callback'];
const ENDINGS = ['succeeded', 'rejected', 'pending', 'returned', 'unknown', 'not_found'];

class PayoutAnswerDocument {
  @ApiProperty({ enum: KINDS, description: 'To what the bank has answered; a callback comes by itself.' })
  kind!: string;
  @ApiProperty({ enum: ENDINGS, description: '`unknown`: nobody knows whether it was paid; the bank is asked again.' })
  ending!: string;
  @ApiProperty({ type: String, nullable: true, description: 'The code of the failure, or what the bank waits for.' })
  reason!: string | null;
  @ApiProperty({ type: String, nullable: true }) utr!: string | null;
  @ApiProperty({ description: 'SHA-256 of the answer.' }) response_digest!: string;
  @ApiProperty({ format: 'date-time' }) asked_at!: string;
  @ApiProperty({ format: 'date-time' }) answered_at!: string;
}

export class PayoutAttemptDocument {
  @ApiProperty({ type: 'integer', example: 1 }) attempt!: number;
  @ApiProperty({ example: 'bank-simulator' }) gateway!: string;
  @ApiProperty({ enum: TRANSFER_MODES }) mode!: string;
  @ApiProperty({ description: 'Under which the bank has it; the same for every attempt.' }) reference!: string;
  @ApiProperty({ description: 'SHA-256 of what was asked; the same for every attempt.' }) request_digest!: string;
  @ApiProperty({ format: 'date-time' }) started_at!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the bank was last heard.' })
  ended_at!: string | null;
  @ApiProperty({ enum: ENDINGS, nullable: true, description: 'What is known by now; null: no answer was heard.' })
  ending!: string | null;
  @ApiProperty({ type: [PayoutAnswerDocument] }) answers!: PayoutAnswerDocument[];
}

/** @param inside whether the reader may see why a call failed, which may tell of our networks */
export function attemptView(
  attempt: PayoutAttempt & { readonly answers: readonly PayoutAnswer[] },
  { inside }: { readonly inside: boolean },
): PayoutAttemptDocument {
  const last = attempt.answers.at(-1);
  return {
    attempt: attempt.attempt,
    gateway: attempt.gateway,
    mode: attempt.mode,
    reference: attempt.reference,
    request_digest: attempt.requestDigest,
    started_at: attempt.startedAt.toISOString(),
    ended_at: last?.answeredAt.toISOString() ?? null,
    ending: last?.ending ?? null,
    answers: attempt.answers.map(({ kind, ending, reason, utr, responseDigest, askedAt, answeredAt }) => ({
      kind,
      ending,
      reason: ending === 'unknown' && !inside ? null : reason,
      utr,
      response_digest: responseDigest,
      asked_at: askedAt.toISOString(),
      answered_at: answeredAt.toISOString(),
    })),
  };
}
