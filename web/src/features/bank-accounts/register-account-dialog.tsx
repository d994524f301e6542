import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { registerBankAccount } from '../../api/generated/sdk.gen.ts';
import type { BankAccountDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { refusalsOf } from '../../ui/form-problem.ts';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { bankAccounts } from './bank-accounts.ts';
import { type AccountFields, accountFields, bodyOf } from './account-fields.ts';

interface RegisterAccountDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onRegistered: (account: BankAccountDocument) => void;
}

/** Registering an account that is already registered returns the existing one. */
export function RegisterAccountDialog({ isOpen, onClose, onRegistered }: RegisterAccountDialogProps) {
  const { bankAccounts: texts, shell, problems } = useText();
  const formId = useId();
  const queries = useQueryClient();
  const { register, handleSubmit, formState, reset } = useForm<AccountFields>({
    resolver: zodResolver(accountFields),
    defaultValues: { account_holder_name: '', account_number: '', ifsc: '' },
  });
  const registering = useMutation({
    mutationFn: (fields: AccountFields) => registerBankAccount({ body: bodyOf(fields) }),
    onSuccess: async (account) => {
      await queries.invalidateQueries(bankAccounts);
      reset();
      onRegistered(account);
    },
  });
  const refused = refusalsOf(registering.error, problems);
  const complaint = (name: keyof AccountFields): string | undefined =>
    formState.errors[name] === undefined ? refused[name] : texts.wrong[name];
  const actions = (
    <>
      <Button onClick={onClose}>{shell.cancel}</Button>
      <Button type="submit" form={formId} tone="primary" isBusy={registering.isPending}>
        {texts.register}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.register} isOpen={isOpen} onClose={onClose} actions={actions}>
      <form
        id={formId}
        noValidate
        className="grid gap-4"
        onSubmit={handleSubmit((fields) => registering.mutate(fields))}
      >
        <Field label={texts.holder} hint={texts.holderHint} error={complaint('account_holder_name')}>
          {(wiring) => <TextInput {...wiring} {...register('account_holder_name')} autoComplete="off" dir="auto" />}
        </Field>
        <Field label={texts.number} error={complaint('account_number')}>
          {(wiring) => <TextInput {...wiring} {...register('account_number')} inputMode="numeric" autoComplete="off" />}
        </Field>
        <Field label={texts.ifsc} hint={texts.ifscHint} error={complaint('ifsc')}>
          {(wiring) => <TextInput {...wiring} {...register('ifsc')} autoCapitalize="characters" autoComplete="off" />}
        </Field>
        {registering.error !== null && <ProblemMessage error={registering.error} />}
      </form>
    </Dialog>
  );
}
