import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { merchantShown, useSession } from '../api/session.ts';
import { AttemptsCard } from '../features/payments/attempts-card.tsx';
import { PaymentActions } from '../features/payments/payment-actions.tsx';
import { PaymentFacts, ReceiptCard } from '../features/payments/payment-facts.tsx';
import { payment, paymentAttempts, paymentTimeline } from '../features/payments/queries.ts';
import { RefundsCard } from '../features/payments/refunds-card.tsx';
import { PaymentStanding } from '../features/payments/standing.tsx';
import { EntriesCard } from '../features/ledger/entries-card.tsx';
import { DecisionButtons } from '../features/operators/decisions/decision-buttons.tsx';
import { DeliveriesAbout } from '../features/webhooks/deliveries-about.tsx';
import { useText } from '../text/language.ts';
import { Card } from '../ui/card.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemMessage } from '../ui/problem-message.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Timeline } from '../ui/timeline.tsx';

const route = getRouteApi('/payments/$id');

export function PaymentPage() {
  const { payments: words } = useText();
  const { id } = route.useParams();
  const merchant = merchantShown(useSession());
  const { data, error, refetch } = useQuery(payment(id));
  const timeline = useQuery(paymentTimeline(id));
  if (data === undefined && error !== null) return <ProblemMessage error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-96 w-full" />;
  const title = data.customer?.name ? words.paymentFrom(data.customer.name) : words.payment;
  return (
    <>
      <PageHeader
        title={title}
        actions={
          <>
            <PaymentActions payment={data} />
            {data.status === 'processing' && <DecisionButtons order={{ ...data, type: 'payment' }} />}
          </>
        }
      />
      <PaymentStanding payment={data} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid min-w-0 gap-6">
          <ReceiptCard payment={data} />
          <PaymentFacts payment={data} />
          {/* A ledger is read for one merchant. */}
          {merchant !== null && <EntriesCard cause={`payment:${id}`} />}
          <AttemptsCard attempts={paymentAttempts(id)} />
        </div>
        <div className="grid min-w-0 gap-6">
          <Card title={words.timeline}>
            <div className="p-4">
              <Timeline
                of="payment"
                failure={data.failure}
                steps={timeline.data?.results}
                error={timeline.error}
                onRetry={() => void timeline.refetch()}
              />
            </div>
          </Card>
          <RefundsCard paymentId={id} />
          <DeliveriesAbout objectId={id} />
        </div>
      </div>
    </>
  );
}
