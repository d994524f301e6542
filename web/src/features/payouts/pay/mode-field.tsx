import { useEffect } from 'react';
import type { OfferedModeDocument } from '../../../api/generated/types.gen.ts';
import { formatRupees } from '../../../money/format.ts';
import { paiseOf } from '../../../money/paise.ts';
import { parseRupees } from '../../../money/parse.ts';
import type { Catalogue } from '../../../text/catalogue.ts';
import { LOCALES, useLanguage, useText } from '../../../text/language.ts';
import { Field, Select } from '../../../ui/field.tsx';

type Mode = OfferedModeDocument['mode'];

interface ModeFieldProps {
  readonly modes: readonly OfferedModeDocument[];
  /** As typed. */
  readonly amount: string;
  readonly value: Mode;
  readonly error: string | undefined;
  readonly onChange: (mode: Mode) => void;
}

/**
 * How the money is transferred: a mode that does not carry the amount cannot be chosen, and if it was, one that does is
 * chosen instead.
 */
export function ModeField({ modes, amount, value, error, onChange }: ModeFieldProps) {
  const { pay: words } = useText();
  const locale = LOCALES[useLanguage()];
  const fitting = modes.filter((mode) => carries(mode, amount));
  const first = fitting[0]?.mode;
  const fits = fitting.some(({ mode }) => mode === value);
  useEffect(() => {
    if (!fits && first !== undefined) onChange(first);
  }, [fits, first, onChange]);
  return (
    <Field
      label={words.mode}
      hint={words.modeMeanings[value]}
      error={error ?? (first === undefined ? words.wrong.mode : undefined)}
    >
      {(wiring) => (
        <Select {...wiring} value={value} onChange={({ target }) => onChange(target.value as Mode)}>
          {modes.map((mode) => (
            <option key={mode.mode} value={mode.mode} disabled={!fitting.includes(mode)}>
              {`${mode.mode} · ${limitsOf(mode, words, locale)}`}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** A text that is not an amount yet fits every mode. */
function carries({ min_amount_paise: min, max_amount_paise: max }: OfferedModeDocument, amount: string): boolean {
  const parsed = parseRupees(amount);
  if (!parsed.ok) return true;
  return (min === null || parsed.paise >= paiseOf(min)) && (max === null || parsed.paise <= paiseOf(max));
}

function limitsOf(
  { min_amount_paise: min, max_amount_paise: max }: OfferedModeDocument,
  words: Catalogue['pay'],
  locale: string,
): string {
  const parts = [
    min === null ? null : words.from(formatRupees(paiseOf(min), locale)),
    max === null ? null : words.upTo(formatRupees(paiseOf(max), locale)),
  ];
  return parts.filter((part) => part !== null).join(', ') || words.anyAmount;
}
