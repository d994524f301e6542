import type { ReactNode } from 'react';
import { useText } from '../text/language.ts';
import { Button } from './button.tsx';
import { Field, Select, TextInput } from './field.tsx';

/** One filter of a list; its value stands in the address, where an empty one is left out. */
interface FilterProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

interface ChoiceProps extends FilterProps {
  /** Value and word of each, without "all". */
  readonly choices: readonly (readonly [value: string, word: string])[];
  /** One of them is always chosen. */
  readonly isRequired?: boolean;
}

export function ChoiceFilter({ label, value, onChange, choices, isRequired = false }: ChoiceProps) {
  const { filters } = useText().shell;
  return (
    <Field label={label} isOptional>
      {(wiring) => (
        <Select
          {...wiring}
          className="sm:w-32"
          value={value ?? ''}
          onChange={({ target }) => onChange(target.value || undefined)}
        >
          {!isRequired && <option value="">{filters.all}</option>}
          {choices.map(([each, word]) => (
            <option key={each} value={each}>
              {word}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

interface TextFilterProps extends FilterProps {
  readonly placeholder?: string;
}

/** Asks when it is left or entered, not at each key: half a reference finds nothing. */
export function TextFilter({ label, value, onChange, placeholder }: TextFilterProps) {
  const commit = (text: string): void => {
    if (text.trim() !== (value ?? '')) onChange(text.trim() || undefined);
  };
  return (
    <Field label={label} isOptional>
      {(wiring) => (
        <TextInput
          key={value}
          {...wiring}
          type="search"
          className="sm:w-56"
          placeholder={placeholder}
          defaultValue={value}
          onBlur={({ target }) => commit(target.value)}
          onKeyDown={({ key, currentTarget }) => key === 'Enter' && commit(currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function DayFilter({ label, value, onChange }: FilterProps) {
  return (
    <Field label={label} isOptional>
      {(wiring) => (
        <TextInput
          {...wiring}
          type="date"
          className="sm:w-38"
          value={value ?? ''}
          onChange={({ target }) => onChange(target.value || undefined)}
        />
      )}
    </Field>
  );
}

interface FiltersProps {
  /** Undefined while nothing is filtered. */
  readonly onClear: (() => void) | undefined;
  readonly children: ReactNode;
}

/** Side by side, on a phone two in a row. */
export function Filters({ onClear, children }: FiltersProps) {
  const { filters } = useText().shell;
  return (
    <div className="grid grid-cols-2 items-end gap-2 sm:flex sm:flex-wrap">
      {children}
      {onClear !== undefined && (
        <Button tone="quiet" onClick={onClear}>
          {filters.clear}
        </Button>
      )}
    </div>
  );
}
