import { useState } from 'react';
import { serviceNow } from '../api/service-clock.ts';
import { formatMinor, minorText } from '../money/foreign.ts';
import { isAmountRangeReversed, parseAmount } from '../money/typed-amount.ts';
import { endsBeforeItBegins, lastDays, thisMonth } from '../text/days.ts';
import { LOCALES, useLanguage, useText } from '../text/language.ts';
import { formatDayAndYear } from '../text/moments.ts';
import { Button } from './button.tsx';
import { Field, TextInput } from './field.tsx';
import { FilterChip, FilterForm } from './filter-chip.tsx';
import { TypedAmount } from './typed-amount.tsx';

/** Both ends are included; a missing end is open. */
export interface Range {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

interface RangeFilterProps extends Range {
  readonly label: string;
  readonly onChange: (range: Range) => void;
}

const EVERYTHING: Range = { from: undefined, to: undefined };

/** Days in India. */
export function PeriodFilter({ label, from, to, onChange }: RangeFilterProps) {
  const language = useLanguage();
  const { filters: texts } = useText().shell;
  const day = (each: string | undefined): string => (each === undefined ? '' : dayOrText(each));
  const dayOrText = (each: string): string =>
    /^\d{4}-\d\d-\d\d$/.test(each) && !Number.isNaN(Date.parse(each))
      ? formatDayAndYear(each, language, serviceNow())
      : each;
  const isSet = from !== undefined || to !== undefined;
  const shown = from === to ? day(from) : `${day(from)} – ${day(to)}`.trim();
  const wrong = endsBeforeItBegins(from, to) ? texts.endsFirst : undefined;
  return (
    <FilterChip label={label} shown={isSet ? shown : undefined} wrong={wrong} onClear={() => onChange(EVERYTHING)}>
      {(close) => (
        <PeriodForm
          from={from}
          to={to}
          onChange={(period) => {
            close();
            onChange(period);
          }}
        />
      )}
    </FilterChip>
  );
}

function PeriodForm({ from, to, onChange }: Omit<RangeFilterProps, 'label'>) {
  const { filters: texts } = useText().shell;
  const [draft, setDraft] = useState<Range>({ from, to });
  const [isBackwards, setIsBackwards] = useState(endsBeforeItBegins(from, to));
  const submit = (): void => {
    const endsFirst = endsBeforeItBegins(draft.from, draft.to);
    setIsBackwards(endsFirst);
    if (!endsFirst) onChange(draft);
  };
  const presets = [
    [texts.today, () => lastDays(1, serviceNow())],
    [texts.last7, () => lastDays(7, serviceNow())],
    [texts.last30, () => lastDays(30, serviceNow())],
    [texts.thisMonth, () => thisMonth(serviceNow())],
  ] as const;
  const ends = [
    ['from', texts.from],
    ['to', texts.to],
  ] as const;
  return (
    <FilterForm onSubmit={submit}>
      <div className="grid grid-cols-2 gap-2">
        {presets.map(([label, period]) => (
          <Button key={label} size="small" onClick={() => onChange(period())}>
            {label}
          </Button>
        ))}
      </div>
      {ends.map(([end, label]) => (
        <Field key={end} label={label} error={isBackwards && end === 'to' ? texts.dayBefore : undefined} isFilter>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="date"
              value={draft[end] ?? ''}
              onChange={({ target }) => setDraft({ ...draft, [end]: target.value || undefined })}
            />
          )}
        </Field>
      ))}
    </FilterForm>
  );
}

interface AmountFilterProps extends RangeFilterProps {
  /** The currency of the amounts. */
  readonly currency?: string;
  readonly hint?: string;
}

/** Amounts as people type them; rupees may be grouped the Indian way. The address has them plain: `100000.50`. */
export function AmountFilter({ label, from, to, currency = 'INR', hint, onChange }: AmountFilterProps) {
  const locale = LOCALES[useLanguage()];
  const { filters: texts } = useText().shell;
  const amount = (text: string | undefined): string => {
    const minor = parseAmount(text, currency);
    return minor === null ? '' : formatMinor(minor, currency, locale);
  };
  const isSet = from !== undefined || to !== undefined;
  const shown = from === to ? amount(from) : `${amount(from)} – ${amount(to)}`.trim();
  const wrong = isAmountRangeReversed(from, to, currency) ? texts.amountsReversed : undefined;
  return (
    <FilterChip label={label} shown={isSet ? shown : undefined} wrong={wrong} onClear={() => onChange(EVERYTHING)}>
      {(close) => (
        <AmountForm
          from={from}
          to={to}
          currency={currency}
          hint={hint}
          onChange={(range) => {
            close();
            onChange(range);
          }}
        />
      )}
    </FilterChip>
  );
}

function AmountForm({ from, to, currency = 'INR', hint, onChange }: Omit<AmountFilterProps, 'label'>) {
  const { filters: texts } = useText().shell;
  const [draft, setDraft] = useState({ from: from ?? '', to: to ?? '' });
  const [wrong, setWrong] = useState<{ from?: string; to?: string }>(
    isAmountRangeReversed(from, to, currency) ? { to: texts.amountBelow } : {},
  );
  const submit = (): void => {
    const least = parseAmount(draft.from, currency);
    const most = parseAmount(draft.to, currency);
    const errors = {
      ...(draft.from.trim() !== '' && least === null ? { from: texts.amountWrong } : {}),
      ...(draft.to.trim() !== '' && most === null ? { to: texts.amountWrong } : {}),
      ...(isAmountRangeReversed(draft.from, draft.to, currency) ? { to: texts.amountBelow } : {}),
    };
    setWrong(errors);
    if (Object.keys(errors).length > 0) return;
    const plain = (minor: bigint | null): string | undefined =>
      minor === null ? undefined : minorText(minor, currency);
    onChange({ from: plain(least), to: plain(most) });
  };
  const ends = [
    ['from', texts.atLeast(currency)],
    ['to', texts.atMost(currency)],
  ] as const;
  return (
    <FilterForm onSubmit={submit}>
      {ends.map(([end, label]) => (
        <Field key={end} label={label} error={wrong[end]} isFilter>
          {(wiring) => (
            <TypedAmount
              {...wiring}
              currency={currency}
              value={draft[end]}
              onValueChange={(text) => setDraft((before) => ({ ...before, [end]: text }))}
            />
          )}
        </Field>
      ))}
      {hint !== undefined && <p className="text-sm text-muted">{hint}</p>}
    </FilterForm>
  );
}
