import { formatRupees } from '../../../money/format.ts';
import { LOCALES, useLanguage, useText } from '../../../text/language.ts';
import { Button } from '../../../ui/button.tsx';
import { type Attempt, standingOf } from '../../../attempts/attempt.ts';
import { orderOf } from './payout-body.ts';

interface OpenAttemptsProps {
  readonly attempts: readonly Attempt[];
  readonly onOpen: (attempt: Attempt) => void;
}

/** Payouts from any tab whose outcome is unknown: they are shown before a new one. */
export function OpenAttempts({ attempts, onOpen }: OpenAttemptsProps) {
  const { pay: texts } = useText();
  const locale = LOCALES[useLanguage()];
  return attempts
    .filter((attempt) => standingOf(attempt) === 'unknown')
    .map((attempt) => (
      <div
        key={attempt.key}
        role="alert"
        className="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-warn-soft p-4"
      >
        <p className="text-warn">{texts.openAttempt(formatRupees(orderOf(attempt.body).amountPaise, locale))}</p>
        <Button size="small" onClick={() => onOpen(attempt)}>
          {texts.openAttemptAction}
        </Button>
      </div>
    ));
}
