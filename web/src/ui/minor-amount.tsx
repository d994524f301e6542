import { formatMinor } from '../money/foreign.ts';
import { paiseOf } from '../money/paise.ts';
import { LOCALES, useLanguage } from '../text/language.ts';
import { classes } from './classes.ts';

interface MinorAmountProps {
  /** In minor units of the currency, as the API returns it. */
  readonly minor: number;
  readonly currency: string;
  readonly className?: string;
}

/** An amount in the currency in which it was paid, exact and on one line. */
export function MinorAmount({ minor, currency, className }: MinorAmountProps) {
  const text = formatMinor(paiseOf(minor), currency, LOCALES[useLanguage()]);
  return <span className={classes('whitespace-nowrap', className)}>{text}</span>;
}
