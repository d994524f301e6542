import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { merchantShown, useSession } from '../api/session.ts';
import { AttemptsCard } from '../features/payments/attempts-card.tsx';
import { RefundActions } from '../features/payments/payment-actions.tsx';
import { RefundFacts } from '../features/payments/payment-facts.tsx';
import { refund, refundAttempts, refundTimeline } from '../features/payments/queries.ts';
import { RefundStanding } from '../features/payments/standing.tsx';
import { EntriesCard } from '../features/ledger/entries-card.tsx';
import { DecisionButtons } from '../features/operators/decisions/decision-buttons.tsx';
import { DeliveriesAbout } from '../features/webhooks/deliveries-about.tsx';
import { useText } from '../text/language.ts';
import { Card } from '../ui/card.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemMessage } from '../ui/problem-message.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Timeline } from '../ui/timeline.tsx';

const route = getRouteApi('/refunds/$id');

export function RefundPage() {
  const { payments: words } = useText();
  const { id } = route.useParams();
  const merchant = merchantShown(useSession());
  const { data, error, refetch } = useQuery(refund(id));
  const timeline = useQuery(refundTimeline(id));
  if (data === undefined && error !== null) return <ProblemMessage error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-96 w-full" />;
  return (
    <>
      <PageHeader
        title={words.refund}
        actions={
          <>
            <RefundActions id={id} />
            <DecisionButtons order={{ ...data, type: 'refund' }} />
          </>
        }
      />
      <RefundStanding refund={data} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid min-w-0 gap-6">
          <RefundFacts refund={data} />
          {/* A ledger is read for one merchant. */}
          {merchant !== null && <EntriesCard cause={`refund:${id}`} />}
          <AttemptsCard attempts={refundAttempts(id)} />
        </div>
        <div className="grid min-w-0 gap-6">
          <Card title={words.timeline}>
            <div className="p-4">
              <Timeline
                of="refund"
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
