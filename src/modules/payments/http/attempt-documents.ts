import { ApiProperty } from '../../../platform/http/http.public.js';
import type { AnswerView, AttemptView } from '../../../platform/orders/orders.public.js';

const KINDS = ['submission', 'inquiry', 'callback'];
const ENDINGS = ['succeeded', 'rejected', 'pending', 'unknown', 'not_found', 'reference_reused'];

class ProviderAnswerDocument implements AnswerView {
  @ApiProperty({ enum: KINDS, description: 'To what the provider has answered; a callback comes by itself.' })
  kind!: string;
  @ApiProperty({ enum: ENDINGS, description: '`unknown`: nobody knows what came of it; the provider is asked again.' })
  ending!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The code of the failure, or what the provider waits for.',
  })
  reason!: string | null;
  @ApiProperty({ description: 'SHA-256 of the answer.' }) response_digest!: string;
  @ApiProperty({ format: 'date-time' }) asked_at!: string;
  @ApiProperty({ format: 'date-time' }) answered_at!: string;
}

export class ProviderAttemptDocument implements AttemptView {
  @ApiProperty({ type: 'integer', example: 1 }) attempt!: number;
  @ApiProperty({ example: 'payment-simulator' }) gateway!: string;
  @ApiProperty({ description: 'Under which the provider has it; the same for every attempt.' }) reference!: string;
  @ApiProperty({ format: 'date-time' }) started_at!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the last answer came.' })
  ended_at!: string | null;
  @ApiProperty({ enum: ENDINGS, nullable: true, description: 'What is known by now; null: no answer came.' })
  ending!: string | null;
  @ApiProperty({ type: [ProviderAnswerDocument] }) answers!: ProviderAnswerDocument[];
  @ApiProperty({ type: 'integer', description: 'Inquiries that have found nothing new. They are not among `answers`.' })
  unchanged_inquiries!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the last of them ended.' })
  last_unchanged_at!: string | null;
}
