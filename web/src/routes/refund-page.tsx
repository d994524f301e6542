import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { DecisionButtons } from '../features/operators/decisions/decision-buttons.tsx';
import { AttemptsCard } from '../features/payments/attempts-card.tsx';
import { RefundActions } from '../features/payments/payment-actions.tsx';
import { RefundFacts } from '../features/payments/payment-facts.tsx';
import { refund, refundAttempts, refundTimeline } from '../features/payments/queries.ts';
import { RefundStanding } from '../features/payments/standing.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { NotYet } from './not-yet.tsx';
import { OrderStory } from './order-story.tsx';

const route = getRouteApi('/refunds/$id');

export function RefundPage() {
  const { payments: texts } = useText();
  const { id } = route.useParams();
  const read = useQuery(refund(id));
  const timeline = useQuery(refundTimeline(id));
  const { data } = read;
  if (data === undefined) return <NotYet title={texts.refund} query={read} />;
  const actions = (
    <>
      <RefundActions id={id} />
      <DecisionButtons order={{ ...data, type: 'refund' }} />
    </>
  );
  return (
    <>
      <PageHeader title={texts.refund} actions={actions} />
      <RefundStanding refund={data} />
      <OrderStory
        type="refund"
        order={data}
        timeline={timeline}
        facts={<RefundFacts refund={data} />}
        attempts={<AttemptsCard attempts={refundAttempts(id)} failure={data.failure} />}
      />
    </>
  );
}
