import { zodResolver } from '@hookform/resolvers/zod';
import type { ReactNode } from 'react';
import { Controller, useForm, useWatch } from 'react-hook-form';
import type { OfferedModeDocument } from '../../../api/generated/types.gen.ts';
import { useText } from '../../../text/language.ts';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { Field, TextInput } from '../../../ui/field.tsx';
import type { PayoutOrder } from './payout-body.ts';
import { AmountField } from './amount-field.tsx';
import { ModeField } from './mode-field.tsx';
import { type OrderFields, orderFields, orderOfFields } from './order-fields.ts';

interface AccountFieldProps {
  readonly value: string | null;
  readonly onChange: (account: { readonly id: string } | null) => void;
  readonly error: string | undefined;
  /** Called with the control that takes the focus when the choice is missing. */
  readonly focusRef: (control: HTMLElement | null) => void;
}

interface OrderFormProps {
  readonly startsWith: OrderFields;
  readonly modes: readonly OfferedModeDocument[];
  /** The service's refusals, by field. */
  readonly refused: Readonly<Record<string, string>>;
  readonly isBusy: boolean;
  /** Renders the choice of the bank account, which is another feature. */
  readonly accountField: (props: AccountFieldProps) => ReactNode;
  readonly onReview: (order: PayoutOrder) => void;
}

/** Whom to pay, how much and how. The form sends nothing: a review comes first. */
export function OrderForm({ startsWith, modes, refused, isBusy, accountField, onReview }: OrderFormProps) {
  const { pay: texts } = useText();
  const { control, register, handleSubmit, formState, setValue } = useForm<OrderFields>({
    resolver: zodResolver(orderFields),
    defaultValues: startsWith,
  });
  const { errors } = formState;
  const [amount, mode] = useWatch({ control, name: ['amount', 'mode'] });
  return (
    <Card>
      <form
        noValidate
        className="grid gap-6 p-4 sm:p-6"
        onSubmit={handleSubmit((fields) => onReview(orderOfFields(fields)))}
      >
        <Controller
          control={control}
          name="bankAccountId"
          render={({ field }) => (
            <>
              {accountField({
                value: field.value === '' ? null : field.value,
                onChange: (account) => field.onChange(account?.id ?? ''),
                focusRef: field.ref,
                error: errors.bankAccountId === undefined ? refused['bank_account_id'] : texts.wrong.bankAccountId,
              })}
            </>
          )}
        />
        <AmountField control={control} refused={refused['amount_paise']} />
        <ModeField
          modes={modes}
          amount={amount}
          value={mode}
          error={refused['mode']}
          onChange={(chosen) => setValue('mode', chosen)}
        />
        <div className="grid gap-6 sm:grid-cols-2">
          <Field
            label={texts.reference}
            hint={texts.referenceHint}
            isOptional
            error={errors.reference === undefined ? refused['reference_id'] : texts.wrong.reference}
          >
            {(wiring) => <TextInput {...wiring} {...register('reference')} autoComplete="off" dir="auto" />}
          </Field>
          <Field
            label={texts.narration}
            hint={texts.narrationHint}
            isOptional
            error={errors.narration === undefined ? refused['narration'] : texts.wrong.narration}
          >
            {(wiring) => <TextInput {...wiring} {...register('narration')} autoComplete="off" />}
          </Field>
        </div>
        <Button type="submit" tone="primary" isBusy={isBusy} className="justify-self-end max-sm:w-full">
          {texts.review}
        </Button>
      </form>
    </Card>
  );
}
