import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { createWebhookEndpoint, updateWebhookEndpoint } from '../../api/generated/sdk.gen.ts';
import type {
  CreateWebhookEndpointBody,
  WebhookEndpointDocument,
  WebhookEndpointWithSecretDocument,
} from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EndpointForm } from './endpoint-form.tsx';
import { endpoints } from './queries.ts';

interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

interface NewEndpointProps extends DialogProps {
  /** Called with the secret, which is shown only this once. */
  readonly onMade: (endpoint: WebhookEndpointWithSecretDocument) => void;
}

export function NewEndpointDialog({ isOpen, onClose, onMade }: NewEndpointProps) {
  const { webhooks: texts } = useText();
  const making = useMutation({
    mutationFn: (body: CreateWebhookEndpointBody) => createWebhookEndpoint({ body }),
    onSuccess: onMade,
  });
  return <FormDialog title={texts.add} saving={making} isOpen={isOpen} onClose={onClose} />;
}

interface EditEndpointProps extends DialogProps {
  readonly endpoint: WebhookEndpointDocument;
}

export function EditEndpointDialog({ endpoint, isOpen, onClose }: EditEndpointProps) {
  const { webhooks: texts } = useText();
  const queries = useQueryClient();
  const saving = useMutation({
    mutationFn: (body: CreateWebhookEndpointBody) => updateWebhookEndpoint({ path: { id: endpoint.id }, body }),
    onSuccess: async () => {
      await queries.invalidateQueries(endpoints);
      onClose();
    },
  });
  return <FormDialog title={texts.edit} saving={saving} endpoint={endpoint} isOpen={isOpen} onClose={onClose} />;
}

interface FormDialogProps extends DialogProps {
  readonly title: string;
  readonly endpoint?: WebhookEndpointDocument;
  readonly saving: {
    readonly mutate: (body: CreateWebhookEndpointBody) => void;
    readonly isPending: boolean;
    readonly error: Error | null;
  };
}

function FormDialog({ title, endpoint, saving, isOpen, onClose }: FormDialogProps) {
  const { shell, webhooks: texts } = useText();
  const formId = useId();
  const actions = (
    <>
      <Button onClick={onClose}>{shell.cancel}</Button>
      <Button type="submit" form={formId} tone="primary" isBusy={saving.isPending}>
        {texts.save}
      </Button>
    </>
  );
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} actions={actions}>
      <EndpointForm id={formId} endpoint={endpoint} error={saving.error} onSubmit={saving.mutate} />
    </Dialog>
  );
}
