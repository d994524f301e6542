import { type FormEvent, useState } from 'react';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select, TextInput } from '../../ui/field.tsx';
import { type PayoutFilters, WAITING_FOR } from './payout-filters.ts';

interface MoreFiltersProps {
  readonly filters: PayoutFilters;
  readonly onApply: (filters: PayoutFilters) => void;
}

/** A draft until it is applied: a list of a word half typed helps nobody. */
export function MoreFilters({ filters, onApply }: MoreFiltersProps) {
  const { payoutLists: words, payouts } = useText();
  const [draft, setDraft] = useState(filters);
  const change = (name: keyof PayoutFilters, value: string): void => setDraft({ ...draft, [name]: value || undefined });
  const texts = [
    ['reference_id', payouts.reference, 'text'],
    ['utr', payouts.utr, 'text'],
    ['created_from', words.from, 'date'],
    ['created_to', words.to, 'date'],
  ] as const;
  const checks = [
    ['needs_attention', words.needsAttention],
    ['include_archived', words.includeArchived],
  ] as const;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onApply(draft);
  };
  return (
    <form onSubmit={submit} className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {texts.map(([name, label, type]) => (
        <Field key={name} label={label} isOptional>
          {(wiring) => (
            <TextInput
              {...wiring}
              type={type}
              value={draft[name] ?? ''}
              onChange={({ target }) => change(name, target.value)}
            />
          )}
        </Field>
      ))}
      <Field label={words.waitingFor} isOptional>
        {(wiring) => (
          <Select
            {...wiring}
            value={draft.waiting_for ?? ''}
            onChange={({ target }) => change('waiting_for', target.value)}
          >
            <option value="">{words.all}</option>
            {WAITING_FOR.map((reason) => (
              <option key={reason} value={reason}>
                {words.waits[reason]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="flex flex-wrap items-end gap-x-6">
        {checks.map(([name, label]) => (
          <label key={name} className="flex min-h-9 items-center gap-2 max-sm:min-h-11">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={draft[name] === 'true'}
              onChange={({ target }) => change(name, target.checked ? 'true' : '')}
            />
            {label}
          </label>
        ))}
      </div>
      <Button type="submit" tone="primary" className="justify-self-end sm:col-span-2 lg:col-span-3">
        {words.apply}
      </Button>
    </form>
  );
}
