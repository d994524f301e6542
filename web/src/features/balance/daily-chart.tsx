import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { DayDocument } from '../../api/generated/types.gen.ts';
import { type Language, LOCALES, useLanguage, useText } from '../../text/language.ts';
import { formatDay, formatFullDay } from '../../text/moments.ts';
import { Amount } from '../../ui/amount.tsx';

const HEIGHT = 240;
const LABEL = { fill: 'var(--color-muted)', fontSize: 12 };

/** For the eye; the table beside it has the numbers. */
export function DailyChart({ days }: { readonly days: readonly DayDocument[] }) {
  const language = useLanguage();
  const { balance: words } = useText();
  return (
    <figure aria-label={words.chartLabel} role="img" className="p-4">
      <ResponsiveContainer width="100%" height={HEIGHT}>
        <BarChart
          data={[...days]}
          margin={{ top: 8, right: 0, bottom: 0, left: 0 }}
          barGap={1}
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--color-line)" />
          <XAxis
            dataKey="date"
            tickFormatter={(date: string) => formatDay(date, language)}
            tick={LABEL}
            tickLine={false}
            axisLine={{ stroke: 'var(--color-line)' }}
            interval="equidistantPreserveStart"
            minTickGap={24}
          />
          <YAxis
            tickFormatter={(paise: number) => roughly(paise, language)}
            tick={LABEL}
            tickLine={false}
            axisLine={false}
            width={64}
          />
          <Tooltip
            cursor={{ fill: 'var(--color-sunken)' }}
            isAnimationActive={false}
            content={({ payload }) => <DayTip day={payload[0]?.payload as DayDocument | undefined} />}
          />
          <Bar
            dataKey="in_paise"
            fill="var(--color-accent)"
            radius={[2, 2, 0, 0]}
            maxBarSize={16}
            isAnimationActive={false}
          />
          <Bar
            dataKey="out_paise"
            fill="var(--color-edge)"
            radius={[2, 2, 0, 0]}
            maxBarSize={16}
            isAnimationActive={false}
          />
        </BarChart>
      </ResponsiveContainer>
    </figure>
  );
}

/** `12500000` → `₹1.3L`: the axis says how much about; it is no amount. */
function roughly(paise: number, language: Language): string {
  const format = { notation: 'compact', style: 'currency', currency: 'INR', maximumFractionDigits: 2 } as const;
  return new Intl.NumberFormat(LOCALES[language], format).format(Math.round(paise / 100));
}

function DayTip({ day }: { readonly day: DayDocument | undefined }) {
  const language = useLanguage();
  const { balance: words } = useText();
  if (day === undefined) return null;
  return (
    <div className="grid gap-1 rounded-md border border-line bg-surface p-3 text-sm shadow-float">
      <p className="font-medium">{formatFullDay(day.date, language)}</p>
      <p className="flex justify-between gap-4">
        {words.in} <Amount paise={day.in_paise} />
      </p>
      <p className="flex justify-between gap-4">
        {words.out} <Amount paise={day.out_paise} />
      </p>
    </div>
  );
}
