import { useText } from '../../text/language.ts';
import { ChoiceFilter, DayFilter, Filters, TextFilter } from '../../ui/filters.tsx';
import { CURRENCIES } from './currencies.ts';
import type { PaymentFilters as Values } from './queries.ts';

interface PaymentFiltersProps {
  readonly values: Values;
  /** Takes over what has changed; the cursor of before belongs to other filters. */
  readonly onChange: (values: Values) => void;
}

const PAYMENT_STATUSES = ['created', 'processing', 'succeeded', 'partially_refunded', 'refunded', 'failed'] as const;
const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const;

export function PaymentFilters(props: PaymentFiltersProps) {
  const { payments: words } = useText();
  const { values, onChange } = props;
  return (
    <SharedFilters {...props} statuses={PAYMENT_STATUSES}>
      <ChoiceFilter
        label={words.currency}
        value={values.currency}
        onChange={(currency) => onChange({ ...values, currency })}
        choices={CURRENCIES.map((currency) => [currency, currency])}
      />
      <TextFilter
        label={words.reference}
        value={values.reference_id}
        onChange={(reference) => onChange({ ...values, reference_id: reference })}
      />
    </SharedFilters>
  );
}

export function RefundFilters(props: PaymentFiltersProps) {
  return <SharedFilters {...props} statuses={REFUND_STATUSES} />;
}

interface SharedFiltersProps extends PaymentFiltersProps {
  readonly statuses: readonly (typeof PAYMENT_STATUSES | typeof REFUND_STATUSES)[number][];
  readonly children?: React.ReactNode;
}

function SharedFilters({ values, onChange, statuses, children }: SharedFiltersProps) {
  const { payments: words, statuses: names } = useText();
  const { cursor: _, ...filters } = values;
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <Filters onClear={isFiltered ? () => onChange({}) : undefined}>
      <ChoiceFilter
        label={words.status}
        value={values.status}
        onChange={(status) => onChange({ ...filters, status })}
        choices={statuses.map((status) => [status, names[status]])}
      />
      {children}
      <DayFilter label={words.from} value={values.from} onChange={(from) => onChange({ ...filters, from })} />
      <DayFilter label={words.to} value={values.to} onChange={(to) => onChange({ ...filters, to })} />
      <ChoiceFilter
        label={words.attention}
        value={values.attention}
        onChange={(attention) => onChange({ ...filters, attention })}
        choices={[['yes', words.attentionOnly]]}
      />
    </Filters>
  );
}
