import type { RegisterBankAccountBody } from '../../api/generated/types.gen.ts';
import { z } from '../../ui/zod.ts';

/** Only the format is checked; whether the account exists only the bank knows. */
export const accountFields = z.object({
  account_holder_name: z.string().trim().min(1).max(120),
  account_number: z
    .string()
    .trim()
    .regex(/^[0-9A-Za-z]{5,35}$/),
  ifsc: z
    .string()
    .trim()
    .regex(/^[A-Za-z]{4}0[0-9A-Za-z]{6}$/),
});

export type AccountFields = z.infer<typeof accountFields>;

export function bodyOf({ ifsc, ...rest }: AccountFields): RegisterBankAccountBody {
  return { ...rest, ifsc: ifsc.toUpperCase() };
}
