import { ApiProperty } from '@nestjs/swagger';
import { unchangedSoFar } from '../../../shared/answer-tally.js';
import { type Principal, shownReason } from '../../../platform/http/http.public.js';
import type { BankAnswerRecord, PayoutEvent, PayoutState } from '../domain/payout-state.js';
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
  @ApiProperty({ type: 'integer', description: 'Inquiries that have found nothing new. They are not among `answers`.' })
  unchanged_inquiries!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the last of them ended.' })
  last_unchanged_at!: string | null;
}

/**
 * The attempts, from the timeline: each begins with a `payout.processing` that names it, and has the bank's answers to
 * it since.
 */
export function attemptViews(
  { id: reference, answers: tally }: Pick<PayoutState, 'id' | 'answers'>,
  timeline: readonly PayoutEvent[],
  reader: Principal,
): PayoutAttemptDocument[] {
  const answers = timeline.flatMap(({ at, data }) =>
    data['answer'] === undefined ? [] : [{ ...(data['answer'] as BankAnswerRecord), answered_at: at.toISOString() }],
  );
  const begun = timeline.filter(({ type, data }) => type === 'payout.processing' && data['attempt'] !== undefined);
  return begun.map(({ at, data }, i) => {
    const { attempt, gateway, mode = null, request_digest = null } = data as unknown as PayoutAttemptDocument;
    const own = answers.filter((answer) => answer.attempt === attempt);
    const last = own.at(-1);
    return {
      ...{ attempt, gateway, mode, reference, request_digest, started_at: at.toISOString() },
      ...{ ended_at: last?.answered_at ?? null, ending: last?.ending ?? null },
      answers: own.map((answer) => answerView(answer, reader)),
      ...unchangedOf(begun[i + 1]?.data ?? unchangedSoFar(tally)),
    };
  });
}

/** What was counted of an attempt is with the next one's beginning; of the last one, with the payout. */
function unchangedOf(data: PayoutEvent['data']) {
  const { unchanged_inquiries = 0, last_unchanged_at = null } = data as Partial<PayoutAttemptDocument>;
  return { unchanged_inquiries, last_unchanged_at };
}

function answerView(
  answer: BankAnswerRecord & { readonly answered_at: string },
  reader: Principal,
): PayoutAnswerDocument {
  const { kind, ending, utr, response_digest, asked_at, answered_at } = answer;
  return { kind, ending, reason: shownReason(answer, reader), utr, response_digest, asked_at, answered_at };
}
