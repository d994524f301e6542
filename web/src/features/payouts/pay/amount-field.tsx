import { type Control, useController } from 'react-hook-form';
import { AmountInput } from '../../../money/amount-input.tsx';
import { useText } from '../../../text/language.ts';
import { classes } from '../../../ui/classes.ts';
import { CONTROL_LOOK, Field } from '../../../ui/field.tsx';
import type { OrderFields } from './order-fields.ts';

interface AmountFieldProps {
  readonly control: Control<OrderFields>;
  /** Why the service refused the amount. */
  readonly refused: string | undefined;
}

/** The amount, in a large field. */
export function AmountField({ control, refused }: AmountFieldProps) {
  const { pay: texts } = useText();
  const { field, fieldState } = useController({ control, name: 'amount' });
  const wrong = fieldState.error?.message as keyof typeof texts.wrongAmount | undefined;
  return (
    <Field
      label={texts.amount}
      hint={texts.amountHint}
      error={wrong === undefined ? refused : texts.wrongAmount[wrong]}
    >
      {(wiring) => (
        <span className="relative">
          <span aria-hidden="true" className="absolute inset-y-0 left-3 grid place-items-center text-xl text-muted">
            {texts.rupee}
          </span>
          <AmountInput
            {...wiring}
            name={field.name}
            ref={field.ref}
            value={field.value}
            onValueChange={field.onChange}
            onBlur={field.onBlur}
            className={classes(
              CONTROL_LOOK,
              'h-12 pr-3 pl-8 text-right tabular-nums text-xl max-sm:h-12 max-sm:text-xl',
            )}
          />
        </span>
      )}
    </Field>
  );
}
