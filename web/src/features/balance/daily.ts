import { queryOptions } from '@tanstack/react-query';
import { getDailyBalances } from '../../api/generated/sdk.gen.ts';
import type { DayDocument } from '../../api/generated/types.gen.ts';
import { decimalOf } from '../../money/format.ts';
import { paiseOf } from '../../money/paise.ts';

/** The last 30 days in India, today included. */
export const daily = queryOptions({
  queryKey: ['balance', 'daily'],
  queryFn: ({ signal }) => getDailyBalances({ signal }),
});

const COLUMNS = ['date', 'in_inr', 'out_inr', 'closing_balance_inr'];

/** The numbers of the chart for a spreadsheet (RFC 4180, with the mark by which Excel knows UTF-8). */
export function csvOf(days: readonly DayDocument[]): string {
  const lines = days.map(({ date, in_paise: paidIn, out_paise: paidOut, closing_balance_paise: closing }) =>
    [date, ...[paidIn, paidOut, closing].map((paise) => decimalOf(paiseOf(paise)))].join(','),
  );
  return `\ufeff${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}
