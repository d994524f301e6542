import type { ComponentProps } from 'react';
import { AmountInput } from '../money/amount-input.tsx';
import { ANY_AMOUNT } from '../money/typed-amount.ts';
import { classes } from './classes.ts';
import { CONTROL_LOOK, TextInput } from './field.tsx';

interface TypedAmountProps extends Omit<ComponentProps<typeof AmountInput>, 'limits' | 'ref'> {
  readonly currency: string;
}

/** A field for an amount in any currency; rupees are grouped while they are typed. */
export function TypedAmount({ currency, onValueChange, ...rest }: TypedAmountProps) {
  if (currency === 'INR')
    return (
      <AmountInput
        {...rest}
        className={classes(CONTROL_LOOK, 'px-3 text-right tabular-nums')}
        limits={ANY_AMOUNT}
        onValueChange={onValueChange}
      />
    );
  return (
    <TextInput
      {...rest}
      inputMode="decimal"
      autoComplete="off"
      className="text-right tabular-nums"
      onChange={({ target }) => onValueChange(target.value)}
    />
  );
}
