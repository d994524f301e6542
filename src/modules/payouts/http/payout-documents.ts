import { ApiProperty } from '../../../platform/http/http.public.js';
import { orderDocument, timelineDocument } from '../../../platform/orders/orders.public.js';
import type { PayoutView } from '../application/payout-view.js';
import { PAYOUT_STATUSES } from '../domain/payout-status.js';
import { TRANSFER_MODES } from '../../gateways/gateways.language.js';

/** The documents below only describe the views, for OpenAPI. */
class RecipientDocument {
  @ApiProperty({ example: 'Asha Rao' }) name!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '0001',
    description: 'The last four characters. The full number is never shown.',
  })
  account_number_last4!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'HDFC0000001' }) ifsc!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'For UPI. Never shown in full: `as…@okaxis`.' })
  vpa!: string | null;
}

class FailureDocument {
  @ApiProperty({ example: 'beneficiary_account_invalid' }) code!: string;
  @ApiProperty({ example: 'The account number does not exist.' }) reason!: string;
  @ApiProperty({ enum: ['gateway', 'beneficiary_bank', 'business', 'internal'] }) source!: string;
  @ApiProperty({ description: 'Whether a new payout of the same kind may succeed later.' }) retryable!: boolean;
  @ApiProperty({ description: 'What to do next.', example: 'Make a new payout after 30 minutes.' })
  next_action!: string;
}

class OwnPayoutDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'uuid' }) merchant_id!: string;
  @ApiProperty({ format: 'uuid' }) bank_account_id!: string;
  @ApiProperty({ type: 'integer', format: 'int64', example: 50_000 }) amount_paise!: number;
  @ApiProperty({ enum: ['INR'] }) currency!: 'INR';
  @ApiProperty({ enum: PAYOUT_STATUSES }) status!: string;
  @ApiProperty({ enum: TRANSFER_MODES }) mode!: string;
  @ApiProperty({ type: String, nullable: true }) reference_id!: string | null;
  @ApiProperty({ type: String, nullable: true }) narration!: string | null;
  @ApiProperty() recipient!: RecipientDocument;
  @ApiProperty({ type: String, nullable: true, description: 'The bank’s unique transaction reference.' })
  utr!: string | null;
  @ApiProperty({ type: FailureDocument, nullable: true }) failure!: FailureDocument | null;
}

export class PayoutDocument
  extends orderDocument(OwnPayoutDocument, { statuses: PAYOUT_STATUSES, party: 'bank' })
  implements PayoutView {}

export class PayoutEventDocument extends timelineDocument({
  type: { example: 'payout.processing' },
  statuses: PAYOUT_STATUSES,
  party: '`bank:<gateway>`',
}) {}
