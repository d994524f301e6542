import { formatInstant, formatMoment, formatShortMoment, INDIA } from '../text/moments.ts';
import { useLanguage } from '../text/language.ts';
import { Tooltip } from './tooltip.tsx';

interface TimeProps {
  /** UTC, ISO 8601. */
  readonly at: string;
  /** To the second, with the zone. */
  readonly isExact?: boolean;
  /** In a table, where each time would be one more tab stop: the tooltip opens by pointer only. */
  readonly isInTable?: boolean;
}

/** A moment in the reader's zone; its tooltip shows it in India's zone and in UTC. */
export function Time({ at, isExact = false, isInTable = false }: TimeProps) {
  const language = useLanguage();
  const formatToMinute = isInTable ? formatShortMoment : formatMoment;
  const zones = (
    <span className="grid">
      <span>{formatInstant(at, language, INDIA)}</span>
      <span>{at}</span>
    </span>
  );
  return (
    <Tooltip content={zones}>
      <time dateTime={at} tabIndex={isInTable ? undefined : 0} className="rounded-sm whitespace-nowrap tabular-nums">
        {(isExact ? formatInstant : formatToMinute)(at, language)}
      </time>
    </Tooltip>
  );
}
