import { formatMovement, formatRupees } from '../money/format.ts';
import { paiseOf } from '../money/paise.ts';
import { LOCALES, useLanguage } from '../text/language.ts';
import { classes } from './classes.ts';

interface AmountProps {
  /** As the API returns it. */
  readonly paise: number;
  /** The change of an account's balance: shown with its sign, a gain in green. */
  readonly isMovement?: boolean;
  readonly className?: string;
}

/** Rupees, exact and on one line. */
export function Amount({ paise, isMovement = false, className }: AmountProps) {
  const locale = LOCALES[useLanguage()];
  const exact = paiseOf(paise);
  const look = classes('whitespace-nowrap tabular-nums', isMovement && exact > 0n && 'text-good', className);
  return <span className={look}>{isMovement ? formatMovement(exact, locale) : formatRupees(exact, locale)}</span>;
}
