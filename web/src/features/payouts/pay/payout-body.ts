import { wireOf } from '../../../money/paise.ts';

export interface PayoutOrder {
  readonly amountPaise: bigint;
  readonly bankAccountId: string;
  readonly mode: 'IMPS' | 'NEFT' | 'RTGS' | 'UPI';
  readonly referenceId: string | null;
  readonly narration: string | null;
}

/** The body of `POST /payouts` as an object, with the API's names. */
export interface PayoutBody {
  readonly amount_paise: number;
  readonly bank_account_id: string;
  readonly mode: PayoutOrder['mode'];
  readonly reference_id?: string;
  readonly narration?: string;
}

/**
 * The exact text that is sent. The same order always gives the same text, so orders are compared as text, not as
 * objects. The mode is always included: without it the same payout would have another text.
 */
export function bodyOf({ amountPaise, bankAccountId, mode, referenceId, narration }: PayoutOrder): string {
  return JSON.stringify({
    amount_paise: wireOf(amountPaise),
    bank_account_id: bankAccountId,
    mode,
    ...(referenceId === null ? {} : { reference_id: referenceId }),
    ...(narration === null ? {} : { narration }),
  } satisfies PayoutBody);
}

export function orderOf(body: string): PayoutOrder {
  const { amount_paise, bank_account_id, mode, reference_id, narration } = JSON.parse(body) as PayoutBody;
  return {
    amountPaise: BigInt(amount_paise),
    bankAccountId: bank_account_id,
    mode,
    referenceId: reference_id ?? null,
    narration: narration ?? null,
  };
}
