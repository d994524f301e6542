import type { DayDocument } from '../../api/generated/types.gen.ts';
import { useLanguage, useText } from '../../text/language.ts';
import { formatFullDay } from '../../text/moments.ts';
import { Amount } from '../../ui/amount.tsx';

const CELL = 'px-4 py-2 text-right whitespace-nowrap max-sm:px-2 max-sm:text-sm';

/** The numbers of the chart, with the newest day first. */
export function DailyTable({ days }: { readonly days: readonly DayDocument[] }) {
  const language = useLanguage();
  const { balance: texts } = useText();
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label={texts.chartLabel}
      className="mt-4 max-h-80 overflow-auto border-t border-line"
    >
      <table className="w-full border-collapse">
        <thead>
          <tr className="text-sm text-muted">
            <th scope="col" className="sticky top-0 bg-surface px-4 py-2 text-left font-medium max-sm:px-2">
              {texts.day}
            </th>
            {[texts.in, texts.out, texts.closing].map((name) => (
              <th key={name} scope="col" className={`sticky top-0 bg-surface font-medium ${CELL}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.date} className="border-t border-line">
              <th scope="row" className="px-4 py-2 text-left font-normal max-sm:px-2 max-sm:text-sm">
                {formatFullDay(day.date, language)}
              </th>
              {[day.in_paise, day.out_paise, day.closing_balance_paise].map((paise, index) => (
                <td key={index} className={CELL}>
                  <Amount paise={paise} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
