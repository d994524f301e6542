import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useId, useState } from 'react';
import { createApiKey, revokeApiKey } from '../../api/generated/sdk.gen.ts';
import type { ApiKeyDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { refusalsOf } from '../../ui/form-problem.ts';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { SecretDialog } from '../../ui/secret-dialog.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Badge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { apiKeys } from './queries.ts';

/** The keys with which a merchant calls the API. */
export function ApiKeysCard({ merchantId }: { readonly merchantId: string }) {
  const { operators: texts } = useText();
  const { data, error, refetch } = useQuery(apiKeys(merchantId));
  const [isIssuing, setIsIssuing] = useState(false);
  const [key, setKey] = useState<string | null>(null);
  const issue = (
    <Button size="small" onClick={() => setIsIssuing(true)}>
      {texts.issueKey}
    </Button>
  );
  return (
    <Card title={texts.apiKeys} actions={issue}>
      {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-12" />}
      {data?.results.length === 0 && <p className="p-4 text-muted">{texts.noKeys}</p>}
      <ul className="divide-y divide-line">
        {data?.results.map((one) => (
          <ApiKey key={one.id} apiKey={one} merchantId={merchantId} />
        ))}
      </ul>
      {isIssuing && (
        <IssueDialog
          merchantId={merchantId}
          onClose={() => setIsIssuing(false)}
          onIssued={(issued) => {
            setIsIssuing(false);
            setKey(issued);
          }}
        />
      )}
      <SecretDialog title={texts.apiKey} lead={texts.keyLead} secret={key} onClose={() => setKey(null)} />
    </Card>
  );
}

interface ApiKeyProps {
  readonly apiKey: ApiKeyDocument;
  readonly merchantId: string;
}

function ApiKey({ apiKey, merchantId }: ApiKeyProps) {
  const { operators: texts } = useText();
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const { id, name, prefix, last4, last_used_at: lastUsedAt, revoked_at: revokedAt } = apiKey;
  const revoking = useMutation({
    mutationFn: () => revokeApiKey({ path: { id: merchantId, key_id: id } }),
    onSuccess: async () => {
      setIsAsking(false);
      await queries.invalidateQueries(apiKeys(merchantId));
    },
  });
  return (
    <li className="flex items-center justify-between gap-3 px-4 py-2">
      <span className="grid min-w-0">
        <bdi className="font-medium wrap-anywhere">{name}</bdi>
        <span className="text-sm text-muted">
          <code className="font-mono">{`${prefix}…${last4}`}</code>
          {' · '}
          {lastUsedAt === null ? texts.neverUsed : texts.lastUsed} {lastUsedAt !== null && <Time at={lastUsedAt} />}
        </span>
      </span>
      {revokedAt === null ? (
        <Button size="small" className="shrink-0" onClick={() => setIsAsking(true)}>
          {texts.revoke}
        </Button>
      ) : (
        <Badge tone="plain">{texts.revoked}</Badge>
      )}
      {isAsking && (
        <ConfirmDialog
          title={texts.revoke}
          lead={texts.revokeLead(name)}
          doing={revoking}
          onConfirm={() => revoking.mutate()}
          onClose={() => setIsAsking(false)}
        />
      )}
    </li>
  );
}

interface IssueDialogProps {
  readonly merchantId: string;
  readonly onClose: () => void;
  readonly onIssued: (key: string) => void;
}

function IssueDialog({ merchantId, onClose, onIssued }: IssueDialogProps) {
  const { operators: texts, shell, problems } = useText();
  const formId = useId();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const issuing = useMutation({
    mutationFn: () => createApiKey({ path: { id: merchantId }, body: { name: name.trim() } }),
    onSuccess: async ({ key }) => {
      onIssued(key);
      await queries.invalidateQueries(apiKeys(merchantId));
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    issuing.mutate();
  };
  const actions = (
    <>
      <Button onClick={onClose}>{shell.cancel}</Button>
      <Button type="submit" form={formId} tone="primary" isBusy={issuing.isPending}>
        {texts.issueKey}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.issueKey} isOpen onClose={onClose} actions={actions}>
      <form id={formId} noValidate className="grid gap-4" onSubmit={submit}>
        <Field label={texts.keyName} hint={texts.keyNameHint} error={refusalsOf(issuing.error, problems)['name']}>
          {(wiring) => (
            <TextInput {...wiring} dir="auto" value={name} onChange={({ target }) => setName(target.value)} />
          )}
        </Field>
        {issuing.error !== null && <ProblemMessage error={issuing.error} />}
      </form>
    </Dialog>
  );
}
