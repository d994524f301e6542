import { ConnectionLost, ProblemError } from '../api/problem.ts';
import type { Catalogue } from '../text/catalogue.ts';
import { useText } from '../text/language.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';

interface ProblemMessageProps {
  readonly error: Error;
  readonly onRetry?: () => void;
}

/** Why something did not work, in plain words, with the request id that the service's log contains. */
export function ProblemMessage({ error, onRetry }: ProblemMessageProps) {
  const t = useText();
  const { title, detail, requestId } = explained(error, t.problems);
  return (
    <div role="alert" className="grid justify-items-start gap-2 rounded-lg border border-bad bg-bad-soft p-4">
      <p className="font-medium text-bad">{title}</p>
      <p className="wrap-anywhere">{detail}</p>
      {requestId !== null && (
        <p className="flex items-center gap-1 text-sm text-muted">
          <span className="wrap-anywhere">
            {t.shell.requestId} <code className="font-mono">{requestId}</code>
          </span>
          <CopyButton value={requestId} what={t.shell.requestId} />
        </p>
      )}
      {onRetry !== undefined && <Button onClick={onRetry}>{t.shell.retry}</Button>}
    </div>
  );
}

interface Explained {
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
}

function explained(error: Error, texts: Catalogue['problems']): Explained {
  if (error instanceof ConnectionLost)
    return { title: texts.connectionLost, detail: texts.connectionLostDetail, requestId: null };
  if (!(error instanceof ProblemError))
    return { title: texts.unexpected, detail: texts.unexpectedDetail, requestId: null };
  const titles: Readonly<Record<string, string | undefined>> = texts.titles;
  const { code, detail, requestId } = error;
  return { title: titles[code] ?? texts.unexpected, detail: texts.detail(code, detail), requestId };
}
