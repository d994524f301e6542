import { useQuery } from '@tanstack/react-query';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { payoutTimeline } from './payout.ts';

/** What has become of a payout, step by step. */
export function PayoutTimeline({ id }: { readonly id: string }) {
  const { payouts: words } = useText();
  const { data, error, refetch } = useQuery(payoutTimeline(id));
  return (
    <Card title={words.timeline}>
      <div className="p-4">
        {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Skeleton className="h-24 w-full" />}
        <ol className="grid gap-4">
          {data?.results.map(({ to, at, reason }) => (
            <li key={`${to} ${at}`} className="grid gap-1">
              <span className="flex flex-wrap items-center justify-between gap-2">
                <StatusBadge status={to} />
                <span className="text-sm text-muted">
                  <Time at={at} isExact />
                </span>
              </span>
              {reason !== null && <span className="text-muted wrap-anywhere">{reason}</span>}
            </li>
          ))}
        </ol>
      </div>
    </Card>
  );
}
