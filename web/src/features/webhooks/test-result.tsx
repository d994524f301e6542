import type { WebhookTestDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Badge } from '../../ui/status-badge.tsx';

/** What the receiver answered to a test message. */
export function TestResult({ test }: { readonly test: WebhookTestDocument }) {
  const { webhooks: texts } = useText();
  return (
    <div role="status" className="grid gap-2 rounded-md border border-line p-3">
      <span className="flex flex-wrap items-center gap-2">
        <Badge tone={test.is_delivered ? 'good' : 'bad'}>{test.is_delivered ? texts.taken : texts.notTaken}</Badge>
        <span className="text-muted">{texts.answered(test.status_code, test.duration_ms)}</span>
      </span>
      {test.failure !== null && <p className="wrap-anywhere">{test.failure}</p>}
      {test.answer !== null && <Answer text={test.answer} />}
    </div>
  );
}

/** The beginning of an answer, unchanged. */
export function Answer({ text }: { readonly text: string }) {
  if (text === '') return null;
  return (
    <pre className="max-h-40 overflow-auto rounded-md bg-sunken p-2 font-mono text-sm whitespace-pre-wrap">{text}</pre>
  );
}
