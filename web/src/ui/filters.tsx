import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useText } from '../text/language.ts';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import { Field, Select, TextInput } from './field.tsx';
import { FilterChip, FilterForm } from './filter-chip.tsx';

/** One filter of a list. Its value is in the address, which leaves empty values out. */
interface FilterProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

interface ChoiceProps extends FilterProps {
  /** Value and label of each choice, without "all". */
  readonly choices: readonly (readonly [value: string, label: string])[];
}

/** Applies a choice at once and closes, except for choices made by arrow keys, which pass over others on the way. */
export function ChoiceFilter({ label, value, onChange, choices }: ChoiceProps) {
  const { filters } = useText().shell;
  const isByKey = useRef(false);
  const shown = choices.find(([each]) => each === value)?.[1];
  return (
    <FilterChip label={label} shown={shown} onClear={() => onChange(undefined)}>
      {(close) => (
        <Field label={label} isFilter>
          {(wiring) => (
            <Select
              {...wiring}
              value={value ?? ''}
              onKeyDown={(event) => {
                isByKey.current = event.key !== 'Enter';
                if (event.key !== 'Enter') return;
                // The chip has the focus by the time this key would press it.
                event.preventDefault();
                close();
              }}
              onPointerDown={() => (isByKey.current = false)}
              onChange={({ target }) => {
                if (!isByKey.current) close();
                onChange(target.value || undefined);
              }}
            >
              <option value="">{filters.all}</option>
              {choices.map(([each, text]) => (
                <option key={each} value={each}>
                  {text}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
    </FilterChip>
  );
}

export function TextFilter({ label, value, onChange }: FilterProps) {
  return (
    <FilterChip label={label} shown={value} onClear={() => onChange(undefined)}>
      {(close) => (
        <TextForm
          label={label}
          value={value}
          onChange={(text) => {
            close();
            onChange(text);
          }}
        />
      )}
    </FilterChip>
  );
}

function TextForm({ label, value, onChange }: FilterProps) {
  const [text, setText] = useState(value ?? '');
  return (
    <FilterForm onSubmit={() => onChange(text.trim() || undefined)}>
      <Field label={label} isFilter>
        {(wiring) => (
          <TextInput {...wiring} autoComplete="off" value={text} onChange={({ target }) => setText(target.value)} />
        )}
      </Field>
    </FilterForm>
  );
}

interface SearchFilterProps extends FilterProps {
  readonly placeholder?: string;
}

/** The filter that most people search with, so it is always visible. Applied on blur or Enter, not on each key. */
export function SearchFilter({ label, value, onChange, placeholder = label }: SearchFilterProps) {
  const field = useRef<HTMLInputElement>(null);
  const known = useRef(value ?? '');
  const commit = (text: string): void => {
    if (text.trim() === known.current) return;
    known.current = text.trim();
    onChange(text.trim() || undefined);
  };
  // Changed elsewhere: cleared, or by going back. Text typed here in the meantime stays.
  useEffect(() => {
    if (known.current === (value ?? '')) return;
    known.current = value ?? '';
    field.current!.value = known.current;
  }, [value]);
  return (
    <TextInput
      ref={field}
      type="search"
      aria-label={label}
      className="sm:h-8! sm:w-64"
      placeholder={placeholder}
      defaultValue={value}
      onBlur={({ target }) => commit(target.value)}
      onKeyDown={({ key, currentTarget }) => key === 'Enter' && commit(currentTarget.value)}
    />
  );
}

interface FiltersProps {
  /** Undefined while no filter is set. */
  readonly onClear: (() => void) | undefined;
  readonly children: ReactNode;
}

/**
 * Fades out the content beyond the edge. An overlay on that place alone: a mask would hide the panels of the chips too.
 */
const FADED =
  'max-sm:after:pointer-events-none max-sm:after:absolute max-sm:after:-inset-y-1 max-sm:after:-right-1 max-sm:after:w-8 ' +
  'max-sm:after:bg-linear-to-l max-sm:after:from-surface max-sm:after:to-transparent';

/** Side by side; on a phone in one line that scrolls sideways. */
export function Filters({ onClear, children }: FiltersProps) {
  const { filters } = useText().shell;
  return (
    <div className={classes('relative min-w-0 grow', FADED)}>
      <div className="flex items-center gap-2 max-sm:-m-1 max-sm:overflow-x-auto max-sm:p-1 max-sm:pr-7 sm:flex-wrap">
        {children}
        {onClear !== undefined && (
          <Button tone="quiet" size="small" className="shrink-0" onClick={onClear}>
            {filters.clear}
          </Button>
        )}
      </div>
    </div>
  );
}
