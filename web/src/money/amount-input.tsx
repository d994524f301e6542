import { type ComponentProps, useRef } from 'react';
import { formatAmount } from './format.ts';
import { type AmountLimits, parseRupees } from './parse.ts';
import { PAYOUT_PAISE } from './paise.ts';
import { typed } from './typing.ts';

interface AmountInputProps extends Omit<ComponentProps<'input'>, 'type' | 'value' | 'onChange' | 'inputMode'> {
  /** The text of the field; `parseRupees` says which amount it is. */
  readonly value: string;
  readonly onValueChange: (text: string) => void;
  readonly limits?: AmountLimits;
}

/**
 * A field for rupees. It groups digits while they are typed, and writes the amount in full when the field loses focus.
 */
export function AmountInput({ value, onValueChange, limits = PAYOUT_PAISE, onBlur, ...rest }: AmountInputProps) {
  const beforeComposition = useRef<string | null>(null);

  function change(field: HTMLInputElement, before: string, isForward: boolean): void {
    const after = { text: field.value, caret: field.selectionStart ?? field.value.length };
    const next = typed(before, after, isForward);
    // Set at once, not by rendering: a rendered value would move the caret to the end.
    field.value = next.text;
    field.setSelectionRange(next.caret, next.caret);
    onValueChange(next.text);
  }

  return (
    <input
      {...rest}
      type="text"
      inputMode="decimal"
      autoComplete="off"
      value={value}
      onChange={({ currentTarget, nativeEvent }) => {
        // Text that an input method has not finished must not be changed.
        if (beforeComposition.current !== null) onValueChange(currentTarget.value);
        else change(currentTarget, value, (nativeEvent as InputEvent).inputType === 'deleteContentForward');
      }}
      onCompositionStart={() => {
        beforeComposition.current = value;
      }}
      onCompositionEnd={({ currentTarget }) => {
        change(currentTarget, beforeComposition.current ?? value, false);
        beforeComposition.current = null;
      }}
      onBlur={(event) => {
        const parsed = parseRupees(value, limits);
        if (parsed.ok) onValueChange(formatAmount(parsed.paise));
        onBlur?.(event);
      }}
    />
  );
}
