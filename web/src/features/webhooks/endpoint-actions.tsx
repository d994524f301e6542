import { useState } from 'react';
import type { WebhookEndpointDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EditEndpointDialog } from './endpoint-dialogs.tsx';
import { SecretDialog } from '../../ui/secret-dialog.tsx';
import { TestResult } from './test-result.tsx';
import { useEndpointChanges } from './use-endpoint-changes.ts';

/** One day, during which both secrets are used: receivers can be rolled out with the new one. */
const KEEP_OLD_SECONDS = 86_400;

interface EndpointActionsProps {
  readonly endpoint: WebhookEndpointDocument;
  readonly onDeleted: () => void;
}

type Question = 'edit' | 'rotate' | 'leaked' | 'delete' | null;

/** What can be done with an endpoint: test it, change it, and send failed deliveries again. */
export function EndpointActions({ endpoint, onDeleted }: EndpointActionsProps) {
  const { webhooks: texts } = useText();
  const [question, setQuestion] = useState<Question>(null);
  const { testing, switching, rotating, recovering, deleting } = useEndpointChanges(endpoint.id, onDeleted);
  const close = (): void => setQuestion(null);
  const failed = [testing, switching, recovering].find(({ error }) => error !== null)?.error ?? null;
  // Switching it on ends `failing_since`. What the endpoint has missed until then can still be sent again.
  const [offSince, setOffSince] = useState<string | null>(null);
  const since = endpoint.failing_since ?? endpoint.paused_since ?? offSince;
  const switchOver = (): void => {
    setOffSince(endpoint.is_active ? null : since);
    switching.mutate(!endpoint.is_active);
  };
  return (
    <Card title={texts.actions}>
      <div className="grid gap-3 p-4">
        <div className="flex flex-wrap gap-2">
          <Button isBusy={testing.isPending} onClick={() => testing.mutate()}>
            {texts.test}
          </Button>
          <Button onClick={() => setQuestion('edit')}>{texts.edit}</Button>
          <Button isBusy={switching.isPending} onClick={switchOver}>
            {endpoint.is_active ? texts.switchOff : texts.switchOn}
          </Button>
          {endpoint.is_active && since !== null && (
            <Button isBusy={recovering.isPending} onClick={() => recovering.mutate(since)}>
              {texts.recover}
            </Button>
          )}
          <Button onClick={() => setQuestion('rotate')}>{texts.rotate}</Button>
          <Button onClick={() => setQuestion('leaked')}>{texts.leaked}</Button>
          <Button className="text-bad! sm:ml-auto" onClick={() => setQuestion('delete')}>
            {texts.remove}
          </Button>
        </div>
        {testing.data !== undefined && <TestResult test={testing.data} />}
        {failed !== null && <ProblemMessage error={failed} />}
      </div>
      {question === 'edit' && <EditEndpointDialog endpoint={endpoint} isOpen onClose={close} />}
      {(question === 'rotate' || question === 'leaked') && (
        <ConfirmDialog
          title={question === 'rotate' ? texts.rotate : texts.leaked}
          lead={question === 'rotate' ? texts.rotateLead : texts.leakedLead}
          doing={rotating}
          onConfirm={() => rotating.mutate(question === 'rotate' ? KEEP_OLD_SECONDS : 0, { onSuccess: close })}
          onClose={close}
        />
      )}
      {question === 'delete' && (
        <ConfirmDialog
          title={texts.remove}
          lead={texts.removeLead}
          doing={deleting}
          onConfirm={() => deleting.mutate()}
          onClose={close}
        />
      )}
      <SecretDialog
        title={texts.secret}
        lead={texts.secretLead}
        secret={rotating.data?.secret ?? null}
        onClose={rotating.reset}
      />
    </Card>
  );
}
