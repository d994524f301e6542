import { queryOptions, useQuery } from '@tanstack/react-query';
import { listQueues, listWorkers } from '../../api/generated/sdk.gen.ts';
import { useLanguage, useText } from '../../text/language.ts';
import { formatCount } from '../../text/moments.ts';
import { Card } from '../../ui/card.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';

const EVERY_MS = 5_000;

const workers = queryOptions({
  queryKey: ['workers'],
  queryFn: ({ signal }) => listWorkers({ signal }),
  refetchInterval: EVERY_MS,
});

const queues = queryOptions({
  queryKey: ['queues'],
  queryFn: ({ signal }) => listQueues({ signal }),
  refetchInterval: EVERY_MS,
});

/** The processes that carry out payouts. Without one, everything waits. */
export function WorkersCard() {
  const { operators: texts } = useText();
  const { data, error, refetch } = useQuery(workers);
  return (
    <Card title={texts.workers}>
      {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-8" />}
      {data?.results.length === 0 && <p className="p-4 text-warn">{texts.noWorkers}</p>}
      <ul className="divide-y divide-line">
        {data?.results.map(({ id, host, started_at: startedAt }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-2 px-4 py-2">
            <bdi className="font-medium wrap-anywhere">{host}</bdi>
            <span className="text-sm text-muted">
              {texts.runsSince} <Time at={startedAt} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** How much work waits for the workers. */
export function QueuesCard() {
  const { operators: texts } = useText();
  const language = useLanguage();
  const { data, error, refetch } = useQuery(queues);
  const names: Readonly<Record<string, string | undefined>> = texts.queueNames;
  return (
    <Card title={texts.queues}>
      {error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-24" />}
      <ul className="divide-y divide-line">
        {data?.results.map(({ name, waiting, active }) => (
          <li key={name} className="flex flex-wrap items-center justify-between gap-2 px-4 py-2">
            <span className="font-medium">{names[name] ?? name}</span>
            <span className="text-muted">
              {texts.jobs(formatCount(waiting, language), formatCount(active, language))}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
