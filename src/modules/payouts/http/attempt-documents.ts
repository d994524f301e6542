import { ApiProperty } from '@nestjs/swagger';
import { type Principal, shownReason } from '../../../platform/http/http.public.js';
import type { BankAnswerRecord, PayoutEvent } from '../domain/payout-state.js';
import { TRANSFER_MODES } from '../../gateways/gateways.language.js';

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
  @ApiProperty({ enum: TRANSFER_MODES, nullable: true, description: 'Null for attempts before it was kept.' })
  mode!: string | null;
  @ApiProperty({ description: 'Under which the bank has it; the same for every attempt.' }) reference!: string;
  @ApiProperty({ type: String, nullable: true, description: 'SHA-256 of what was asked; the same for every attempt.' })
  request_digest!: string | null;
  @ApiProperty({ format: 'date-time' }) started_at!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the bank was last heard.' })
  ended_at!: string | null;
  @ApiProperty({ enum: ENDINGS, nullable: true, description: 'What is known by now; null: no answer was heard.' })
  ending!: string | null;
  @ApiProperty({ type: [PayoutAnswerDocument] }) answers!: PayoutAnswerDocument[];
}

/**
 * The attempts, from the timeline: each begins with a `payout.processing` that names it, and has the bank's answers to
 * it since.
 */
export function attemptViews(
  payoutId: string,
  timeline: readonly PayoutEvent[],
  reader: Principal,
): PayoutAttemptDocument[] {
  const answers = timeline.flatMap(({ at, data }) =>
    data['answer'] === undefined ? [] : [{ ...(data['answer'] as BankAnswerRecord), answered_at: at.toISOString() }],
  );
  const begun = timeline.filter(({ type, data }) => type === 'payout.processing' && data['attempt'] !== undefined);
  return begun.map(({ at, data }) => {
    const { attempt, gateway, mode = null, request_digest = null } = data as unknown as PayoutAttemptDocument;
    const own = answers.filter((answer) => answer.attempt === attempt);
    const last = own.at(-1);
    return {
      ...{ attempt, gateway, mode, reference: payoutId, request_digest, started_at: at.toISOString() },
      ...{ ended_at: last?.answered_at ?? null, ending: last?.ending ?? null },
      answers: own.map((answer) => answerView(answer, reader)),
    };
  });
}

function answerView(
  answer: BankAnswerRecord & { readonly answered_at: string },
  reader: Principal,
): PayoutAnswerDocument {
  const { kind, ending, utr, response_digest, asked_at, answered_at } = answer;
  return { kind, ending, reason: shownReason(answer, reader), utr, response_digest, asked_at, answered_at };
}
