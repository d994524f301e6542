import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import type { CreatePaymentBody } from '../../api/generated/types.gen.ts';
import { useSending } from '../../attempts/use-sending.ts';
import { fieldText } from '../../money/foreign.ts';
import { wireOf } from '../../money/paise.ts';
import { parseAmount } from '../../money/typed-amount.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Field, Select, TextInput } from '../../ui/field.tsx';
import { refusalsOf } from '../../ui/form-problem.ts';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { CURRENCIES } from './currencies.ts';
import { paymentService } from './order-services.ts';
import { type ReceiveFields, receiveFields } from './receive-fields.ts';
import { useOrders } from './use-orders.ts';

const BLANK: ReceiveFields = { amount: '', currency: 'USD', purpose: '', payer: '', reference: '', description: '' };

/** The exact text that is sent. */
function bodyOf({ amount, currency, purpose, payer, reference, description }: ReceiveFields): string {
  return JSON.stringify({
    amount: wireOf(parseAmount(amount, currency)!),
    currency,
    ...(purpose !== '' && { purpose_code: purpose.toUpperCase() }),
    ...(payer !== '' && { customer: { name: payer } }),
    ...(reference !== '' && { reference_id: reference }),
    ...(description !== '' && { description }),
  } satisfies CreatePaymentBody);
}

/** The fields of an order that was sent. */
function fieldsOf(body: string): ReceiveFields {
  const order = JSON.parse(body) as CreatePaymentBody;
  return {
    amount: fieldText(BigInt(order.amount), order.currency),
    currency: order.currency,
    purpose: order.purpose_code ?? '',
    payer: order.customer?.name ?? '',
    reference: order.reference_id ?? '',
    description: order.description ?? '',
  };
}

/** The pointers of the fields in the service's refusals. */
const FIELDS: Readonly<Record<keyof ReceiveFields, string>> = {
  amount: 'amount',
  currency: 'currency',
  purpose: 'purpose_code',
  payer: 'customer/name',
  reference: 'reference_id',
  description: 'description',
};

/** Refusals that concern one whole field. */
const FIELD_OF_CODE = {
  currency_not_supported: 'currency',
  duplicate_reference: 'reference_id',
  limit_exceeded: 'amount',
  purpose_code_required: 'purpose_code',
};

/** Asks a payer for money. While the outcome is unknown, only the same order can be sent again. */
export function ReceiveForm({ onMade }: { readonly onMade: (paymentId: string) => void }) {
  const { payments: texts, problems, shell } = useText();
  const making = useSending(useOrders('payments', paymentService), { isMeant: () => true, onMade });
  const { open, error, isPending } = making;
  const { register, handleSubmit, formState, control } = useForm<ReceiveFields>({
    resolver: zodResolver(receiveFields),
    defaultValues: BLANK,
    // Also after a reload: nobody repeats an order that is not visible.
    ...(open !== null && { values: fieldsOf(open) }),
  });
  const currency = useWatch({ control, name: 'currency' });
  const refused = refusalsOf(error, problems, FIELD_OF_CODE);
  const complaint = (name: keyof ReceiveFields): string | undefined =>
    formState.errors[name] === undefined ? refused[FIELDS[name]] : texts.wrong[name];
  return (
    <Card>
      <form noValidate className="p-4 sm:p-6" onSubmit={handleSubmit((fields) => making.send(bodyOf(fields)))}>
        <fieldset disabled={open !== null || isPending} className="grid gap-4">
          <div className="grid grid-cols-[minmax(0,1fr)_7rem] items-start gap-3">
            <Field label={texts.amount} error={complaint('amount')}>
              {(wiring) => <TextInput {...wiring} {...register('amount')} inputMode="decimal" autoComplete="off" />}
            </Field>
            <Field label={texts.currency} error={complaint('currency')}>
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
            <Field label={texts.purpose} hint={texts.purposeHint} error={complaint('purpose')}>
              {(wiring) => <TextInput {...wiring} {...register('purpose')} autoCapitalize="characters" />}
            </Field>
          )}
          <Field label={texts.payer} error={complaint('payer')} isOptional>
            {(wiring) => <TextInput {...wiring} {...register('payer')} autoComplete="off" dir="auto" />}
          </Field>
          <Field label={texts.reference} hint={texts.referenceHint} error={complaint('reference')} isOptional>
            {(wiring) => <TextInput {...wiring} {...register('reference')} autoComplete="off" />}
          </Field>
          <Field label={texts.description} error={complaint('description')} isOptional>
            {(wiring) => <TextInput {...wiring} {...register('description')} autoComplete="off" dir="auto" />}
          </Field>
        </fieldset>
        <div className="grid justify-items-start gap-4 pt-4">
          {error !== null && <ProblemMessage error={error} />}
          {open !== null && (
            <p role="alert" className="text-warn">
              {texts.outcomeUnknown}
            </p>
          )}
          {making.isNotMade && <p role="status">{texts.notMade}</p>}
          {open === null ? (
            <Button type="submit" tone="primary" className="justify-self-end" isBusy={isPending}>
              {texts.charge}
            </Button>
          ) : (
            <Button tone="primary" className="justify-self-end" onClick={() => making.send(open)}>
              {shell.retry}
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}
