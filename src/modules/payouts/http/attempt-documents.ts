import { ApiProperty } from '../../../platform/http/http.public.js';
import { answerDocument, attemptDocument } from '../../../platform/orders/orders.public.js';
import type { AnswerRecord } from '../../../shared/submissions/gateway-answer.js';
import type { BankAnswerRecord, PayoutEvent } from '../domain/payout-state.js';
import { TRANSFER_MODES } from '../../gateways/gateways.language.js';

const ASKED = {
  party: 'bank',
  endings: ['succeeded', 'rejected', 'pending', 'returned', 'unknown', 'not_found', 'reference_reused'],
  gateway: 'bank-simulator',
} as const;

class PayoutAnswerDocument extends answerDocument(ASKED) {
  @ApiProperty({ type: String, nullable: true }) utr!: string | null;
}

export class PayoutAttemptDocument extends attemptDocument(PayoutAnswerDocument, ASKED) {
  @ApiProperty({
    enum: TRANSFER_MODES,
    nullable: true,
    description: 'Null for attempts made before the mode was recorded.',
  })
  mode!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'SHA-256 of what was submitted. The same for every attempt.',
  })
  request_digest!: string | null;
}

/** What a payout's attempts show in addition to what all attempts show. */
export const PAYOUT_ATTEMPTS = {
  ofAttempt: (data: PayoutEvent['data']) => {
    const { mode = null, request_digest = null } = data as Partial<PayoutAttemptDocument>;
    return { mode, request_digest };
  },
  ofAnswer: (answer: AnswerRecord) => ({ utr: (answer as BankAnswerRecord).utr }),
};
