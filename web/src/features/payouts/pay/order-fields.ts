import type { OfferedModeDocument } from '../../../api/generated/types.gen.ts';
import { parseRupees } from '../../../money/parse.ts';
import { z } from '../../../ui/zod.ts';
import type { PayoutOrder } from './payout-body.ts';

/** The fields of the form. An error is a key of the catalogue (`text.pay.wrong`). */
export const orderFields = z.object({
  bankAccountId: z.string().min(1),
  amount: z.string().superRefine((text, context) => {
    const parsed = parseRupees(text);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.refusal });
  }),
  mode: z.enum(['IMPS', 'NEFT', 'RTGS', 'UPI']),
  reference: z.string().trim().max(40),
  narration: z
    .string()
    .trim()
    .max(30)
    .regex(/^[A-Za-z0-9 ]*$/),
});

export type OrderFields = z.infer<typeof orderFields>;

/** @throws if the amount is not valid: call it only after the fields were checked */
export function orderOfFields({ amount, reference, narration, ...rest }: OrderFields): PayoutOrder {
  const parsed = parseRupees(amount);
  if (!parsed.ok) throw new Error(`no amount: ${parsed.refusal}`);
  return {
    ...rest,
    amountPaise: parsed.paise,
    referenceId: reference.trim() || null,
    narration: narration.trim() || null,
  };
}

/** The offered modes that pay to such an account. */
export function modesFor(offered: readonly OfferedModeDocument[], isVpa: boolean): readonly OfferedModeDocument[] {
  return offered.filter(({ pays_to: paysTo }) => paysTo === (isVpa ? 'vpa' : 'account'));
}
