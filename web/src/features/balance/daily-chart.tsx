import { memo } from 'react';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { DayDocument } from '../../api/generated/types.gen.ts';
import { type Language, LOCALES, useLanguage, useText } from '../../text/language.ts';
import { formatDay, formatFullDay } from '../../text/moments.ts';
import { Amount } from '../../ui/amount.tsx';

const HEIGHT = 240;
/** One label per week fits on a phone too, and the last one must not touch the edge. */
const LABEL_EVERY_DAYS = 7;
const LAST_LABEL_DAYS_AGO = 3;

/**
 * A picture; the table has the exact numbers. Drawing it blocks the page, mostly to measure labels, so their number and
 * places are given. It is not redrawn while the days are the same.
 */
export const DailyChart = memo(function DailyChart({ days }: { readonly days: readonly DayDocument[] }) {
  const language = useLanguage();
  const { balance: texts } = useText();
  const labelled = days
    .filter((_, place) => (days.length - 1 - place) % LABEL_EVERY_DAYS === LAST_LABEL_DAYS_AGO)
    .map(({ date }) => date);
  return (
    <figure aria-label={texts.chartLabel} role="img" className="p-4">
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
            ticks={labelled}
            interval={0}
            tick={({ x, y, payload }: Tick) => (
              <Label x={x} y={Number(y) + 12} anchor="middle" text={formatDay(String(payload.value), language)} />
            )}
            tickLine={false}
            axisLine={{ stroke: 'var(--color-line)' }}
          />
          <YAxis
            interval={0}
            tick={({ x, y, payload }: Tick) => (
              <Label x={x} y={Number(y) + 4} anchor="end" text={roughly(Number(payload.value), language)} />
            )}
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
});

interface Tick {
  readonly x: number | string;
  readonly y: number | string;
  readonly payload: { readonly value: unknown };
}

interface LabelProps {
  readonly x: number | string;
  readonly y: number | string;
  readonly anchor: 'middle' | 'end';
  readonly text: string;
}

function Label({ x, y, anchor, text }: LabelProps) {
  return (
    <text x={x} y={y} textAnchor={anchor} className="fill-muted text-xs">
      {text}
    </text>
  );
}

/** `12500000` → `₹1.3L`: the axis shows rounded values, not exact amounts. */
function roughly(paise: number, language: Language): string {
  const format = { notation: 'compact', style: 'currency', currency: 'INR', maximumFractionDigits: 2 } as const;
  return new Intl.NumberFormat(LOCALES[language], format).format(Math.round(paise / 100));
}

function DayTip({ day }: { readonly day: DayDocument | undefined }) {
  const language = useLanguage();
  const { balance: texts } = useText();
  if (day === undefined) return null;
  return (
    <div className="grid gap-1 rounded-md border border-line bg-surface p-3 text-sm shadow-float">
      <p className="font-medium">{formatFullDay(day.date, language)}</p>
      <p className="flex justify-between gap-4">
        {texts.in} <Amount paise={day.in_paise} />
      </p>
      <p className="flex justify-between gap-4">
        {texts.out} <Amount paise={day.out_paise} />
      </p>
    </div>
  );
}
