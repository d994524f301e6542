import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { merchantShown, useSession } from '../api/session.ts';
import { EntriesCard } from '../features/ledger/entries-card.tsx';
import { OperatorActions } from '../features/operators/decisions/operator-actions.tsx';
import { CancelPayout } from '../features/payouts/cancel-payout.tsx';
import { payout, payoutTimeline } from '../features/payouts/payout.ts';
import { PayoutAttempts } from '../features/payouts/payout-attempts.tsx';
import { PayoutFacts } from '../features/payouts/payout-facts.tsx';
import { PayoutStanding } from '../features/payouts/payout-standing.tsx';
import { DeliveriesAbout } from '../features/webhooks/deliveries-about.tsx';
import { useText } from '../text/language.ts';
import { Card } from '../ui/card.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemMessage } from '../ui/problem-message.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Timeline } from '../ui/timeline.tsx';

const route = getRouteApi('/payouts/$id');

export function PayoutPage() {
  const { payouts: words } = useText();
  const { id } = route.useParams();
  const { replayed } = route.useSearch();
  const { data, error, refetch } = useQuery(payout(id));
  const session = useSession();
  const merchant = merchantShown(session);
  const timeline = useQuery(payoutTimeline(id));
  if (data === undefined && error !== null) return <ProblemMessage error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-96 w-full" />;
  return (
    <>
      <PageHeader
        title={words.to(data.recipient.name)}
        actions={
          session.holder.kind === 'operator' ? (
            <OperatorActions order={{ ...data, type: 'payout' }} />
          ) : (
            <CancelPayout of={data} />
          )
        }
      />
      {replayed !== undefined && (
        <p role="status" className="rounded-lg bg-accent-soft p-4 text-accent">
          {words.replayed}
        </p>
      )}
      <PayoutStanding payout={data} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid min-w-0 gap-6">
          <PayoutFacts payout={data} />
          {/* A ledger is read for one merchant. */}
          {merchant !== null && <EntriesCard cause={`payout:${id}`} />}
          <PayoutAttempts id={id} />
        </div>
        <div className="grid min-w-0 gap-6">
          <Card title={words.timeline}>
            <div className="p-4">
              <Timeline
                of="payout"
                failure={data.failure}
                steps={timeline.data?.results}
                error={timeline.error}
                onRetry={() => void timeline.refetch()}
              />
            </div>
          </Card>
          <DeliveriesAbout objectId={id} />
        </div>
      </div>
    </>
  );
}
