import type { Attempt } from '../../../attempts/attempt.ts';
import { refusalError } from '../../../attempts/refusal-error.ts';
import { formatAmount } from '../../../money/format.ts';
import type { Catalogue } from '../../../text/catalogue.ts';
import { useText } from '../../../text/language.ts';
import { refusalsOf } from '../../../ui/form-problem.ts';
import { ProblemMessage } from '../../../ui/problem-message.tsx';
import { orderOf } from './payout-body.ts';
import type { OrderFields } from './order-fields.ts';

/** Refusals that concern one whole field. */
const FIELD_OF_CODE = {
  insufficient_funds: 'amount_paise',
  limit_exceeded: 'amount_paise',
  bank_account_inactive: 'bank_account_id',
  bank_account_unknown: 'bank_account_id',
  mode_not_supported: 'mode',
  duplicate_reference: 'reference_id',
} as const;

const EMPTY: OrderFields = { bankAccountId: '', amount: '', mode: 'IMPS', reference: '', narration: '' };

/** A refused order is filled in again, to be changed. */
export function startingFields(refused: Attempt | undefined): OrderFields {
  if (refused === undefined) return EMPTY;
  const order = orderOf(refused.body);
  return {
    bankAccountId: order.bankAccountId,
    amount: formatAmount(order.amountPaise),
    mode: order.mode,
    reference: order.referenceId ?? '',
    narration: order.narration ?? '',
  };
}

export function refusedFields(attempt: Attempt | undefined, texts: Catalogue['problems']): Record<string, string> {
  return refusalsOf(refusalError(attempt), texts, FIELD_OF_CODE);
}

/** Why the previous order was not accepted. */
export function Refused({ attempt }: { readonly attempt: Attempt }) {
  const { pay: texts } = useText();
  const error = refusalError(attempt);
  if (error !== null) return <ProblemMessage error={error} />;
  if (attempt.ending?.kind !== 'not_made') return null;
  return (
    <p role="status" className="rounded-lg bg-accent-soft p-4 text-accent">
      {texts.notMade}
    </p>
  );
}
