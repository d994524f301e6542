import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { CountsDocument } from '../../api/generated/types.gen.ts';
import { serviceNow } from '../../api/service-clock.ts';
import { withPeriod } from '../../text/days.ts';
import { useLanguage, useText } from '../../text/language.ts';
import { FlagFilter } from '../../ui/filter-chip.tsx';
import { ChoiceFilter, Filters, TextFilter } from '../../ui/filters.tsx';
import { AmountFilter, PeriodFilter } from '../../ui/range-filters.tsx';
import { countText, StatusTabs, sumOf } from '../../ui/status-tabs.tsx';
import { CURRENCIES } from './currencies.ts';
import {
  type PaymentFilters as Values,
  isFiltered,
  paymentCounts,
  type RefundFilters as RefundValues,
  refundCounts,
} from './queries.ts';

interface FiltersProps<V> {
  readonly values: V;
  /** Applies changed values; the old cursor belongs to the old filters, so it is dropped. */
  readonly onChange: (values: V) => void;
}

const PAYMENT_STATUSES = ['created', 'processing', 'succeeded', 'partially_refunded', 'refunded', 'failed'] as const;
const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const;
const WAITING_FOR = [
  'merchant_inactive',
  'gateway_paused',
  'gateway_unavailable',
  'no_gateway',
  'database_failover',
] as const;

export function PaymentTabs({ values, onChange }: FiltersProps<Values>) {
  const counts = useQuery(paymentCounts(values));
  return <Tabs statuses={PAYMENT_STATUSES} counts={counts} values={values} onChange={onChange} />;
}

export function RefundTabs({ values, onChange }: FiltersProps<RefundValues>) {
  const counts = useQuery(refundCounts(values));
  return <Tabs statuses={REFUND_STATUSES} counts={counts} values={values} onChange={onChange} />;
}

interface TabsProps extends FiltersProps<Values> {
  readonly statuses: readonly (typeof PAYMENT_STATUSES | typeof REFUND_STATUSES)[number][];
  readonly counts: UseQueryResult<CountsDocument>;
}

/** Each status with the number of rows that match the other filters. */
function Tabs({ statuses, counts: { data }, values, onChange }: TabsProps) {
  const { payments: texts, statuses: names } = useText();
  const { cursor: _, status, ...others } = values;
  const countOf = (each: string | undefined) =>
    each === undefined ? data && sumOf(data.counts) : data?.counts.find((count) => count.status === each);
  return (
    <StatusTabs
      label={texts.status}
      value={status}
      onChange={(next) => onChange({ ...others, status: next })}
      choices={statuses.map((each) => [each, names[each]])}
      countOf={countOf}
    />
  );
}

export function PaymentFilters({ values, onChange }: FiltersProps<Values>) {
  const { payments: texts } = useText();
  const currency = values.currency ?? 'INR';
  const counts = useQuery(paymentCounts(values));
  return (
    <SharedFilters
      values={values}
      counts={counts}
      onChange={onChange}
      currency={currency}
      // Amounts can be compared within one currency only.
      onAmount={(next) => onChange({ ...next, currency })}
    >
      <ChoiceFilter
        label={texts.currency}
        value={values.currency}
        // The amounts were meant in the previous currency.
        onChange={(next) => onChange({ ...values, ...NO_AMOUNT, cursor: undefined, currency: next })}
        choices={CURRENCIES.map((each) => [each, each])}
      />
      <TextFilter
        label={texts.reference}
        value={values.reference_id}
        onChange={(reference) => onChange({ ...values, cursor: undefined, reference_id: reference })}
      />
    </SharedFilters>
  );
}

const NO_AMOUNT = { amount_from: undefined, amount_to: undefined };

export function RefundFilters({ values, onChange }: FiltersProps<RefundValues>) {
  const counts = useQuery(refundCounts(values));
  return <SharedFilters values={values} counts={counts} onChange={onChange} onAmount={onChange} currency="INR" />;
}

interface SharedFiltersProps extends FiltersProps<Values> {
  readonly counts: UseQueryResult<CountsDocument>;
  readonly currency: string;
  readonly onAmount: (values: Values) => void;
  readonly children?: ReactNode;
}

function SharedFilters({ values, onChange, onAmount, counts, currency, children }: SharedFiltersProps) {
  const { payments: texts, shell } = useText();
  const language = useLanguage();
  const { cursor: _, ...filters } = values;
  const waiting = counts.data?.needs_attention;
  return (
    <Filters onClear={isFiltered(values) ? () => onChange({}) : undefined}>
      <PeriodFilter
        label={shell.filters.date}
        from={values.created_from}
        to={values.created_to}
        onChange={({ from, to }) =>
          onChange(withPeriod({ ...filters, created_from: from, created_to: to }, serviceNow()))
        }
      />
      <AmountFilter
        label={texts.amount}
        from={values.amount_from}
        to={values.amount_to}
        currency={currency}
        hint={shell.filters.amountPeriod}
        onChange={({ from, to }) => {
          const next = withPeriod({ ...filters, amount_from: from, amount_to: to }, serviceNow());
          if (from === undefined && to === undefined) onChange(next);
          else onAmount(next);
        }}
      />
      {children}
      <ChoiceFilter
        label={texts.waits}
        value={values.waiting_for}
        onChange={(reason) => onChange({ ...filters, waiting_for: reason })}
        choices={WAITING_FOR.map((reason) => [reason, texts.waitsFor[reason]])}
      />
      <FlagFilter
        label={texts.attention}
        isOn={values.needs_attention === 'true'}
        count={waiting && countText(waiting, language)}
        onChange={(isOn) => onChange({ ...filters, needs_attention: isOn ? 'true' : undefined })}
      />
    </Filters>
  );
}
