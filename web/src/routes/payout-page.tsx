import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { payout } from '../features/payouts/payout.ts';
import { PayoutFacts } from '../features/payouts/payout-facts.tsx';
import { PayoutStanding } from '../features/payouts/payout-standing.tsx';
import { PayoutTimeline } from '../features/payouts/payout-timeline.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemMessage } from '../ui/problem-message.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';

const route = getRouteApi('/payouts/$id');

export function PayoutPage() {
  const { payouts: words } = useText();
  const { id } = route.useParams();
  const { replayed } = route.useSearch();
  const { data, error, refetch } = useQuery(payout(id));
  if (data === undefined && error !== null) return <ProblemMessage error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-96 w-full" />;
  return (
    <>
      <PageHeader title={words.to(data.recipient.name)} mark={<StatusBadge status={data.status} />} />
      {replayed !== undefined && (
        <p role="status" className="rounded-lg bg-accent-soft p-4 text-accent">
          {words.replayed}
        </p>
      )}
      <PayoutStanding payout={data} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <PayoutFacts payout={data} />
        <PayoutTimeline id={id} />
      </div>
    </>
  );
}
