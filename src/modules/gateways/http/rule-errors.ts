import type { FieldError } from '../../../platform/http/http.public.js';
import type { RuleFields } from '../application/change-routing.js';

/**
 * What is wrong with a rule apart from the form of its fields.
 * @param banks the names of the enabled banks
 * @param at the JSON pointer of the rule
 */
export function ruleErrors(
  { gateway, minAmountPaise, maxAmountPaise }: Partial<RuleFields>,
  banks: readonly string[],
  at = '#',
): FieldError[] {
  const errors: FieldError[] = [];
  if (gateway !== undefined && !banks.includes(gateway))
    errors.push({ pointer: `${at}/gateway`, detail: `gateway must be one of ${banks.join(', ')}.` });
  if (typeof minAmountPaise === 'bigint' && typeof maxAmountPaise === 'bigint' && minAmountPaise > maxAmountPaise)
    errors.push({
      pointer: `${at}/max_amount_paise`,
      detail: 'max_amount_paise must not be below min_amount_paise.',
    });
  return errors;
}
