import { useQuery } from '@tanstack/react-query';
import type { PayoutAttemptDocument, PayoutDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { AnswerReason, type Failure } from '../../ui/failure-note.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { payoutAttempts } from './payout.ts';

/** The requests to each bank, and their answers. */
export function PayoutAttempts({ payout: { id, failure } }: { readonly payout: PayoutDocument }) {
  const { payoutPage: texts } = useText();
  const { data, error, refetch } = useQuery(payoutAttempts(id));
  return (
    <Card title={texts.attempts}>
      {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-12" />}
      {data?.results.length === 0 && <p className="p-4 text-muted">{texts.noAttempts}</p>}
      <ol className="divide-y divide-line">
        {data?.results.map((attempt) => (
          <PayoutAttempt key={attempt.attempt} attempt={attempt} failure={failure} />
        ))}
      </ol>
    </Card>
  );
}

interface PayoutAttemptProps {
  readonly attempt: PayoutAttemptDocument;
  readonly failure: Failure | null;
}

function PayoutAttempt({ attempt, failure }: PayoutAttemptProps) {
  const { payoutPage: texts } = useText();
  const { reference, answers, unchanged_inquiries: unchanged } = attempt;
  return (
    <li className="grid gap-2 p-4">
      <span className="flex flex-wrap items-center justify-between gap-2">
        <span className="font-medium">{texts.attempt(attempt.attempt, attempt.gateway)}</span>
        <span className="text-sm text-muted">
          <Time at={attempt.started_at} isExact />
        </span>
      </span>
      <span className="flex items-center gap-1 text-muted">
        <code className="font-mono text-sm wrap-anywhere">{reference}</code>
        <CopyButton value={reference} what={texts.bankReference} />
      </span>
      <ul className="grid gap-1 text-sm">
        {answers.map(({ kind, ending, reason, answered_at: at }) => (
          <li key={`${kind} ${at}`} className="flex flex-wrap justify-between gap-2">
            <span>
              {texts.answerKinds[kind]}: {texts.endings[ending]}
              <AnswerReason reason={reason} failure={failure} />
            </span>
            <span className="text-muted">
              <Time at={at} isExact />
            </span>
          </li>
        ))}
        {unchanged > 0 && <li className="text-muted">{texts.unchanged(unchanged)}</li>}
      </ul>
    </li>
  );
}
