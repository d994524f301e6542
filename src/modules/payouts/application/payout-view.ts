import { type ReaderKind, type SubmissionView, submissionView } from '../../../shared/submissions/submission-view.js';
import { nextActionFor } from '../../gateways/gateways.public.js';
import { maskVpa } from '../../merchants/merchants.public.js';
import type { PayoutState, Recipient } from '../domain/payout-state.js';
import { allowedStatuses } from '../domain/payout-status.js';

/** An account, or a virtual payment address; neither is ever shown in full. */
export interface RecipientView {
  readonly name: string;
  readonly account_number_last4: string | null;
  readonly ifsc: string | null;
  readonly vpa: string | null;
}

/** A payout as the API shows it (design of the API: docs/api.md). Amounts in paise, times in UTC. */
export interface PayoutView extends SubmissionView {
  readonly id: string;
  readonly merchant_id: string;
  readonly bank_account_id: string;
  readonly amount_paise: number;
  readonly currency: 'INR';
  readonly status: string;
  readonly mode: string;
  readonly reference_id: string | null;
  readonly narration: string | null;
  readonly recipient: RecipientView;
  readonly utr: string | null;
  readonly failure: {
    readonly code: string;
    readonly reason: string;
    readonly source: string;
    readonly retryable: boolean;
    /** What the merchant should do next. */
    readonly next_action: string;
  } | null;
}

/** @param reader the kind of key that reads it */
export function payoutView(state: PayoutState, reader: ReaderKind): PayoutView {
  const { failure } = state;
  const submission = submissionView(state, allowedStatuses(reader, state.status));
  return {
    id: state.id,
    merchant_id: state.merchantId,
    bank_account_id: state.bankAccountId,
    amount_paise: Number(state.amount.paise),
    currency: 'INR',
    status: state.status,
    mode: state.mode,
    reference_id: state.referenceId,
    narration: state.narration,
    recipient: recipientView(state.recipient),
    utr: state.utr,
    failure: failure === null ? null : { ...failure, next_action: nextActionFor(failure.code) },
    // Field by field: a spread into a literal costs as much as the rest of the literal.
    attempts: submission.attempts,
    waiting_for: submission.waiting_for,
    needs_attention: submission.needs_attention,
    created_at: submission.created_at,
    updated_at: submission.updated_at,
    revision: submission.revision,
    allowed_statuses: submission.allowed_statuses,
  };
}

function recipientView({ name, accountNumber, ifsc, vpa }: Recipient): RecipientView {
  const last4 = accountNumber?.slice(-4) ?? null;
  return { name, account_number_last4: last4, ifsc: ifsc ?? null, vpa: vpa === undefined ? null : maskVpa(vpa) };
}
