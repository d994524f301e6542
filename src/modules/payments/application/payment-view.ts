import { type ReaderKind, type SubmissionView, submissionView } from '../../../shared/submissions/submission-view.js';
import { nextPaymentActionFor } from '../../gateways/gateways.public.js';
import type { Customer, PaymentState } from '../domain/payment-state.js';
import { allowedByHand, isCaptured } from '../domain/payment-status.js';
import type { PaymentFailure } from '../../gateways/gateways.language.js';

export interface FailureView extends PaymentFailure {
  /** What the merchant should do next. */
  readonly next_action: string;
}

/** How the charge became rupees. Adds up to the paisa: gross = fee + tax + credited. */
export interface ReceiptView {
  readonly gross_paise: number;
  /** Rupees for one unit of the currency, a decimal. */
  readonly rate: string;
  readonly fee_paise: number;
  /** GST on the fee. */
  readonly tax_paise: number;
  readonly credited_paise: number;
}

/** A payment as the API shows it. `amount` and the fields named `…_amount` are in minor units of the currency. */
export interface PaymentView extends SubmissionView {
  readonly id: string;
  readonly merchant_id: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
  readonly description: string | null;
  readonly customer: { readonly name: string | null; readonly email: string | null } | null;
  readonly purpose_code: string | null;
  readonly reference_id: string | null;
  readonly gateway: string | null;
  /** Null until the payment has succeeded. */
  readonly receipt: ReceiptView | null;
  readonly refunded_amount: number;
  readonly refunded_paise: number;
  /** What can still be refunded; open refunds are subtracted. */
  readonly refundable_amount: number;
  readonly failure: FailureView | null;
}

/** @param reader the kind of key that reads it */
export function paymentView(state: PaymentState, reader: ReaderKind): PaymentView {
  return {
    id: state.id,
    merchant_id: state.merchantId,
    amount: Number(state.amountMinor),
    currency: state.currency,
    status: state.status,
    description: state.description,
    customer: customerView(state.customer),
    purpose_code: state.purposeCode,
    reference_id: state.referenceId,
    gateway: state.gateway,
    receipt: isCaptured(state.status) ? receiptView(state) : null,
    refunded_amount: Number(state.refunded.minor),
    refunded_paise: Number(state.refunded.paise),
    refundable_amount: isCaptured(state.status) ? Number(state.amountMinor - state.claimed.minor) : 0,
    failure: failureView(state.failure),
    ...submissionView(state, allowedByHand(reader, state.status)),
  };
}

/** The payment method is only for the provider, and is shown to nobody. */
function customerView(customer: Customer | null): PaymentView['customer'] {
  return customer === null ? null : { name: customer.name, email: customer.email };
}

function receiptView({ credit }: PaymentState): ReceiptView {
  const { rate, grossPaise, feePaise, taxPaise, netPaise } = credit!;
  return {
    gross_paise: Number(grossPaise),
    rate,
    fee_paise: Number(feePaise),
    tax_paise: Number(taxPaise),
    credited_paise: Number(netPaise),
  };
}

export function failureView(failure: PaymentFailure | null): FailureView | null {
  return failure === null ? null : { ...failure, next_action: nextPaymentActionFor(failure.code) };
}
