import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import { createPayment } from '../../api/generated/sdk.gen.ts';
import type { CreatePaymentBody, PaymentDocument } from '../../api/generated/types.gen.ts';
import { merchantShown, useSession } from '../../api/session.ts';
import { parseMinor } from '../../money/foreign.ts';
import { wireOf } from '../../money/paise.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Field, Select, TextInput } from '../../ui/field.tsx';
import { refusalsOf } from '../../ui/form-problem.ts';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { CURRENCIES } from './currencies.ts';
import { type ReceiveFields, receiveFields } from './receive-fields.ts';
import { useSendOnce } from './send-once.ts';

const BLANK: ReceiveFields = { amount: '', currency: 'USD', purpose: '', payer: '', reference: '', description: '' };

function bodyOf({ amount, currency, purpose, payer, reference, description }: ReceiveFields): CreatePaymentBody {
  return {
    amount: wireOf(parseMinor(amount, currency)!),
    currency,
    ...(purpose !== '' && { purpose_code: purpose.toUpperCase() }),
    ...(payer !== '' && { customer: { name: payer } }),
    ...(reference !== '' && { reference_id: reference }),
    ...(description !== '' && { description }),
  };
}

/** Where the service's refusals belong. */
const FIELDS: Readonly<Record<keyof ReceiveFields, string>> = {
  amount: 'amount',
  currency: 'currency',
  purpose: 'purpose_code',
  payer: 'customer/name',
  reference: 'reference_id',
  description: 'description',
};

/** Asks a payer for money. While it is not known whether that was done, nothing but the same can be sent. */
export function ReceiveForm({ onMade }: { readonly onMade: (payment: PaymentDocument) => void }) {
  const { payments: words, shell } = useText();
  const merchant = merchantShown(useSession());
  const making = useSendOnce(`payment.${merchant?.merchantId ?? ''}`, (body: CreatePaymentBody, key: string) =>
    createPayment({ body, headers: { 'Idempotency-Key': key } }),
  );
  const { register, handleSubmit, formState, control } = useForm<ReceiveFields>({
    resolver: zodResolver(receiveFields),
    defaultValues: BLANK,
  });
  const currency = useWatch({ control, name: 'currency' });
  const { open, error, isPending } = making;
  const refused = refusalsOf(error, { duplicate_reference: 'reference_id' });
  const complaint = (name: keyof ReceiveFields): string | undefined =>
    formState.errors[name] === undefined ? refused[FIELDS[name]] : words.wrong[name];
  const send = (body: CreatePaymentBody): void => making.mutate(body, { onSuccess: onMade });
  return (
    <Card>
      <form noValidate className="max-w-xl p-4" onSubmit={handleSubmit((fields) => send(bodyOf(fields)))}>
        <fieldset disabled={open !== null} className="grid gap-4">
          <div className="grid grid-cols-[minmax(0,1fr)_7rem] items-start gap-3">
            <Field label={words.amount} error={complaint('amount')}>
              {(wiring) => <TextInput {...wiring} {...register('amount')} inputMode="decimal" autoComplete="off" />}
            </Field>
            <Field label={words.currency} error={complaint('currency')}>
              {(wiring) => (
                <Select {...wiring} {...register('currency')}>
                  {CURRENCIES.map((each) => (
                    <option key={each}>{each}</option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
          {currency !== 'INR' && (
            <Field label={words.purpose} hint={words.purposeHint} error={complaint('purpose')}>
              {(wiring) => <TextInput {...wiring} {...register('purpose')} autoCapitalize="characters" />}
            </Field>
          )}
          <Field label={words.payer} error={complaint('payer')} isOptional>
            {(wiring) => <TextInput {...wiring} {...register('payer')} autoComplete="off" dir="auto" />}
          </Field>
          <Field label={words.reference} hint={words.referenceHint} error={complaint('reference')} isOptional>
            {(wiring) => <TextInput {...wiring} {...register('reference')} autoComplete="off" />}
          </Field>
          <Field label={words.description} error={complaint('description')} isOptional>
            {(wiring) => <TextInput {...wiring} {...register('description')} autoComplete="off" dir="auto" />}
          </Field>
        </fieldset>
        <div className="grid justify-items-start gap-4 pt-4">
          {error !== null && <ProblemMessage error={error} />}
          {open !== null && !isPending && <p className="text-warn">{words.outcomeUnknown}</p>}
          {open === null || isPending ? (
            <Button type="submit" tone="primary" isBusy={isPending}>
              {words.receive}
            </Button>
          ) : (
            <Button tone="primary" onClick={() => send(open)}>
              {shell.retry}
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}
