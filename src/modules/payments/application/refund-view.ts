import { type ReaderKind, type SubmissionView, submissionView } from '../../../shared/submissions/submission-view.js';
import { allowedRefundStatuses, type PaymentState, type RefundState } from '../domain/payment-state.js';
import { type FailureView, failureView } from './payment-view.js';

/** A refund as the API shows it. `amount` is in minor units of the payment's currency. */
export interface RefundView extends SubmissionView {
  readonly id: string;
  readonly payment_id: string;
  readonly merchant_id: string;
  readonly amount: number;
  readonly currency: string;
  /** At the rate of the payment. */
  readonly amount_paise: number;
  /** The part of fee and tax that the merchant gets back. */
  readonly returned_fee_paise: number;
  readonly status: string;
  readonly failure: FailureView | null;
}

/** @param reader the kind of key that reads it */
export function refundView(
  state: RefundState,
  { currency }: Pick<PaymentState, 'currency'>,
  reader: ReaderKind,
): RefundView {
  return {
    id: state.id,
    payment_id: state.paymentId,
    merchant_id: state.merchantId,
    amount: Number(state.amountMinor),
    currency,
    amount_paise: Number(state.amountPaise),
    returned_fee_paise: Number(state.feePaise + state.taxPaise),
    status: state.status,
    failure: failureView(state.failure),
    ...submissionView(state, allowedRefundStatuses(reader, state.status)),
  };
}
