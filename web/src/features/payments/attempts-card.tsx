import { useQuery } from '@tanstack/react-query';
import type { ProviderAttemptDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { AnswerReason, type Failure } from '../../ui/failure-note.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import type { paymentAttempts } from './queries.ts';

interface AttemptsCardProps {
  /** The attempts of a payment or of a refund. */
  readonly attempts: ReturnType<typeof paymentAttempts>;
  readonly failure: Failure | null;
}

/** The requests to the payment provider, and its answers. */
export function AttemptsCard({ attempts, failure }: AttemptsCardProps) {
  const { payments: texts } = useText();
  const { data, error, refetch } = useQuery(attempts);
  return (
    <Card title={texts.attempts}>
      {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-12" />}
      {data?.results.length === 0 && <p className="p-4 text-muted">{texts.noAttempts}</p>}
      <ol className="divide-y divide-line">
        {data?.results.map((attempt) => (
          <li key={attempt.attempt} className="grid gap-2 p-4">
            <span className="flex flex-wrap items-center justify-between gap-2">
              <span className="font-medium">{texts.attempt(attempt.attempt, attempt.gateway)}</span>
              <span className="text-sm text-muted">
                <Time at={attempt.started_at} isExact />
              </span>
            </span>
            <span className="flex items-center gap-1 text-muted">
              <code className="font-mono text-sm wrap-anywhere">{attempt.reference}</code>
              <CopyButton value={attempt.reference} what={texts.providerReference} />
            </span>
            <Answers answers={attempt.answers} failure={failure} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

interface AnswersProps extends Pick<ProviderAttemptDocument, 'answers'> {
  readonly failure: Failure | null;
}

function Answers({ answers, failure }: AnswersProps) {
  const { payments: texts } = useText();
  return (
    <ul className="grid gap-1">
      {answers.map(({ kind, ending, reason, answered_at: at }) => (
        <li key={`${kind} ${at}`} className="flex flex-wrap justify-between gap-2 text-sm">
          <span>
            {texts.answerKinds[kind]}: {texts.endings[ending]}
            <AnswerReason reason={reason} failure={failure} />
          </span>
          <span className="text-muted">
            <Time at={at} isExact />
          </span>
        </li>
      ))}
    </ul>
  );
}
