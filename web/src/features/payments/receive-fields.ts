import { parseAmount } from '../../money/typed-amount.ts';
import { z } from '../../ui/zod.ts';
import { CURRENCIES } from './currencies.ts';

/** The typed text; the amount is parsed with the number of decimals of its currency. */
export const receiveFields = z
  .object({
    amount: z.string(),
    currency: z.enum(CURRENCIES),
    purpose: z.string().trim(),
    payer: z.string().trim().max(120),
    reference: z.string().trim().max(64),
    description: z.string().trim().max(255),
  })
  .refine(({ amount, currency }) => parseAmount(amount, currency) !== null, { path: ['amount'] })
  .refine(({ currency, purpose }) => currency === 'INR' || /^p\d{4}$/i.test(purpose), { path: ['purpose'] });

export type ReceiveFields = z.infer<typeof receiveFields>;
