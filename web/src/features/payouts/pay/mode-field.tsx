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
  const { pay: texts } = useText();
  const locale = LOCALES[useLanguage()];
  const fitting = modes.filter((mode) => carries(mode, amount));
  const first = fitting[0]?.mode;
  const fits = fitting.some(({ mode }) => mode === value);
  useEffect(() => {
    if (!fits && first !== undefined) onChange(first);
  }, [fits, first, onChange]);
  return (
    <Field
      label={texts.mode}
      hint={texts.modeMeanings[value]}
      error={error ?? (first === undefined ? texts.wrong.mode : undefined)}
    >
      {(wiring) => (
        <Select {...wiring} value={value} onChange={({ target }) => onChange(target.value as Mode)}>
          {modes.map((mode) => (
            <option key={mode.mode} value={mode.mode} disabled={!fitting.includes(mode)}>
              {`${mode.mode} · ${limitsOf(mode, texts, locale)}`}
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
  texts: Catalogue['pay'],
  locale: string,
): string {
  const parts = [
    min === null ? null : texts.from(formatRupees(paiseOf(min), locale)),
    max === null ? null : texts.upTo(formatRupees(paiseOf(max), locale)),
  ];
  return parts.filter((part) => part !== null).join(', ') || texts.anyAmount;
}
