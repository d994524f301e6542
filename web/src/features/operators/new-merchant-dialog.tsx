import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useId, useState } from 'react';
import { createMerchant } from '../../api/generated/sdk.gen.ts';
import type { MerchantDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { refusalsOf } from '../../ui/form-problem.ts';
import { ProblemMessage } from '../../ui/problem-message.tsx';

interface NewMerchantDialogProps {
  readonly onClose: () => void;
  readonly onMade: (merchant: MerchantDocument) => void;
}

export function NewMerchantDialog({ onClose, onMade }: NewMerchantDialogProps) {
  const { operators: texts, shell, problems } = useText();
  const formId = useId();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const making = useMutation({
    mutationFn: () => createMerchant({ body: { name: name.trim(), email: email.trim() } }),
    onSuccess: async (merchant) => {
      onMade(merchant);
      await queries.invalidateQueries({ queryKey: ['merchants', 'list'] });
    },
  });
  const refused = refusalsOf(making.error, problems);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    making.mutate();
  };
  const actions = (
    <>
      <Button onClick={onClose}>{shell.cancel}</Button>
      <Button type="submit" form={formId} tone="primary" isBusy={making.isPending}>
        {texts.addMerchant}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.addMerchant} isOpen onClose={onClose} actions={actions}>
      <form id={formId} noValidate className="grid gap-4" onSubmit={submit}>
        <Field label={texts.name} error={refused['name']}>
          {(wiring) => (
            <TextInput {...wiring} dir="auto" value={name} onChange={({ target }) => setName(target.value)} />
          )}
        </Field>
        <Field label={texts.email} error={refused['email']}>
          {(wiring) => (
            <TextInput {...wiring} type="email" value={email} onChange={({ target }) => setEmail(target.value)} />
          )}
        </Field>
        {making.error !== null && <ProblemMessage error={making.error} />}
      </form>
    </Dialog>
  );
}
