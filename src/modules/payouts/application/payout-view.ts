import type { PayoutState } from '../domain/payout-state.js';

/** A payout as the API shows it (design of the API: README, "The API"). Amounts in paise, times in UTC. */
export interface PayoutView {
  readonly id: string;
  readonly merchant_id: string;
  readonly bank_account_id: string;
  readonly amount_paise: number;
  readonly currency: 'INR';
  readonly status: string;
  readonly mode: string;
  readonly reference_id: string | null;
  readonly narration: string | null;
  readonly recipient: { readonly name: string; readonly account_number_last4: string; readonly ifsc: string };
  readonly utr: string | null;
  readonly failure: {
    readonly code: string;
    readonly reason: string;
    readonly source: string;
    readonly retryable: boolean;
  } | null;
  readonly attempts: number;
  readonly needs_attention: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The recipient's account number is shown by its last four digits only. */
export function payoutView(state: PayoutState): PayoutView {
  const { name, accountNumber, ifsc } = state.recipient;
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
    recipient: { name, account_number_last4: accountNumber.slice(-4), ifsc },
    utr: state.utr,
    failure: state.failure,
    attempts: state.attempts,
    needs_attention: state.needsAttention,
    created_at: state.createdAt.toISOString(),
    updated_at: state.updatedAt.toISOString(),
  };
}
