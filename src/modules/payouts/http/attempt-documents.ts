import { ApiProperty } from '../../../platform/http/http.public.js';
import type { AnswerView, AttemptView } from '../../../platform/orders/orders.public.js';
import type { AnswerRecord } from '../../../shared/submissions/gateway-answer.js';
import type { BankAnswerRecord, PayoutEvent } from '../domain/payout-state.js';
import { TRANSFER_MODES } from '../../gateways/gateways.language.js';

const KINDS = ['submission', 'inquiry', 'callback'];
const ENDINGS = ['succeeded', 'rejected', 'pending', 'returned', 'unknown', 'not_found', 'reference_reused'];

class PayoutAnswerDocument implements AnswerView {
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

export class PayoutAttemptDocument implements AttemptView {
  @ApiProperty({ type: 'integer', example: 1 }) attempt!: number;
  @ApiProperty({ example: 'bank-simulator' }) gateway!: string;
  @ApiProperty({ enum: TRANSFER_MODES, nullable: true, description: 'Null for attempts before it was kept.' })
  mode!: string | null;
  @ApiProperty({ description: 'Under which the bank has it; the same for every attempt.' }) reference!: string;
  @ApiProperty({ type: String, nullable: true, description: 'SHA-256 of what was asked; the same for every attempt.' })
  request_digest!: string | null;
  @ApiProperty({ format: 'date-time' }) started_at!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the bank last answered.' })
  ended_at!: string | null;
  @ApiProperty({ enum: ENDINGS, nullable: true, description: 'What is known by now; null: no answer has arrived.' })
  ending!: string | null;
  @ApiProperty({ type: [PayoutAnswerDocument] }) answers!: PayoutAnswerDocument[];
  @ApiProperty({ type: 'integer', description: 'Inquiries that have found nothing new. They are not among `answers`.' })
  unchanged_inquiries!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the last of them ended.' })
  last_unchanged_at!: string | null;
}

/** What a payout's attempts show besides those of all orders. */
export const PAYOUT_ATTEMPTS = {
  ofAttempt: (data: PayoutEvent['data']) => {
    const { mode = null, request_digest = null } = data as Partial<PayoutAttemptDocument>;
    return { mode, request_digest };
  },
  ofAnswer: (answer: AnswerRecord) => ({ utr: (answer as BankAnswerRecord).utr }),
};
