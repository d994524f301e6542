import {
  AmountPaise,
  HasReference,
  listQuery,
  MaxAmount,
  MinAmount,
  OneOf,
  orderQuery,
  QueryFlag,
  ReferenceId,
  Text,
  Uuid,
} from '../../../platform/http/http.public.js';
import { PAYOUT_STATUSES, type PayoutStatus } from '../domain/payout-status.js';
import { TRANSFER_MODES, type TransferMode, UTR } from '../../gateways/gateways.language.js';

/** The format that RazorpayX accepts. Banks print the first letters on the recipient's statement. */
const NARRATION = { max: 30, only: /^[A-Za-z0-9 ]+$/, means: 'letters, digits and spaces' };

const UTR_TEXT = { ...UTR, means: 'capital letters and digits' };

export class CreatePayoutBody {
  @AmountPaise({ description: 'In paise: 50000 is ₹500.00.', example: 50_000 })
  amount_paise!: number;

  @Uuid({ description: 'One of the merchant’s bank accounts.', example: '01890000-0000-7000-8000-0000000c0001' })
  bank_account_id!: string;

  @OneOf(['INR'], { optional: true })
  currency?: 'INR';

  @OneOf(TRANSFER_MODES, {
    optional: true,
    description: 'If omitted: the first of IMPS (up to ₹5,00,000), NEFT and RTGS that fits, or UPI for a VPA.',
  })
  mode?: TransferMode;

  @ReferenceId({ description: 'Your own reference. Must be unique among your payouts.', example: 'INV-2026-117' })
  reference_id?: string;

  @Text({
    ...NARRATION,
    optional: true,
    description: 'Appears on the recipient’s bank statement.',
    example: 'November invoice',
  })
  narration?: string;
}

export class DecidePayoutBody {
  @OneOf(PAYOUT_STATUSES, { description: 'The new status. The money moves accordingly.' })
  status!: PayoutStatus;

  @Text({
    max: 500,
    description: 'The reason, which is recorded in the timeline.',
    example: 'Confirmed by the bank on the phone.',
  })
  reason!: string;

  @Text({
    ...UTR_TEXT,
    optional: true,
    description: 'The bank’s unique transaction reference. Required for `completed`.',
  })
  utr?: string;
}

export class ArchivePayoutQuery {
  @Text({ max: 500, optional: true, description: 'The reason, which is recorded in the timeline.' })
  reason?: string;

  @Uuid({ optional: true, description: 'The merchant that the payout belongs to.' })
  merchant_id?: string;
}

/** The filters for counting payouts by status. */
export class CountPayoutsQuery extends orderQuery('Payouts whose outcome the bank has not reported.') {
  @Uuid({ optional: true }) bank_account_id?: string;
  @HasReference() reference_id?: string;
  @Text({ ...UTR_TEXT, optional: true }) utr?: string;
  @MinAmount('paise', 'max_amount_paise') min_amount_paise?: number;
  @MaxAmount('paise') max_amount_paise?: number;
  @QueryFlag({ description: 'Include archived payouts.' }) include_archived?: boolean;
}

/** The filters for listing payouts. */
export class PayoutFilterQuery extends CountPayoutsQuery {
  @OneOf(PAYOUT_STATUSES, { optional: true }) status?: PayoutStatus;
}

export class ListPayoutsQuery extends listQuery(PayoutFilterQuery) {}
