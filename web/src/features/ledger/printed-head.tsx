import { merchantShown, useSession } from '../../api/session.ts';
import { startOfDay } from '../../text/days.ts';
import { useLanguage, useText } from '../../text/language.ts';
import { formatFullDay } from '../../text/moments.ts';
import type { StatementFilters } from './statement.ts';

interface PrintedHeadProps {
  readonly filters: StatementFilters;
  /** There are lines before or after these. */
  readonly isPart: boolean;
}

/** On paper this replaces what the page around the statement shows: the merchant, the account and the days. */
export function PrintedHead({ filters: { account = 'available', from, to }, isPart }: PrintedHeadProps) {
  const { ledger: texts } = useText();
  const language = useLanguage();
  const names: Readonly<Record<string, string | undefined>> = texts.accounts;
  const day = (each: string | undefined): string =>
    each === undefined || startOfDay(each) === undefined ? '' : formatFullDay(each, language);
  const period = from === undefined && to === undefined ? [] : [`${day(from)} – ${day(to)}`.trim()];
  return (
    <div className="hidden gap-1 print:grid">
      <p className="text-lg font-semibold wrap-anywhere">
        <bdi>{merchantShown(useSession())?.name}</bdi>
      </p>
      <p>{[`${texts.account}: ${names[account] ?? account}`, ...period].join(' · ')}</p>
      {isPart && <p className="text-muted">{texts.printedPart}</p>}
    </div>
  );
}
