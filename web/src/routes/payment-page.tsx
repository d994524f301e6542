import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { DecisionButtons } from '../features/operators/decisions/decision-buttons.tsx';
import { AttemptsCard } from '../features/payments/attempts-card.tsx';
import { PaymentActions } from '../features/payments/payment-actions.tsx';
import { PaymentFacts, ReceiptCard } from '../features/payments/payment-facts.tsx';
import { payment, paymentAttempts, paymentTimeline } from '../features/payments/queries.ts';
import { RefundsCard } from '../features/payments/refunds-card.tsx';
import { PaymentStanding } from '../features/payments/standing.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { NotYet } from './not-yet.tsx';
import { OrderStory } from './order-story.tsx';

const route = getRouteApi('/payments/$id');

export function PaymentPage() {
  const { payments: texts } = useText();
  const { id } = route.useParams();
  const read = useQuery(payment(id));
  const timeline = useQuery(paymentTimeline(id));
  const { data } = read;
  if (data === undefined) return <NotYet title={texts.payment} query={read} />;
  const actions = (
    <>
      <PaymentActions payment={data} />
      {data.status === 'processing' && <DecisionButtons order={{ ...data, type: 'payment' }} />}
    </>
  );
  const facts = (
    <>
      <ReceiptCard payment={data} />
      <PaymentFacts payment={data} />
    </>
  );
  return (
    <>
      <PageHeader
        title={data.customer?.name ? texts.paymentFrom(data.customer.name) : texts.payment}
        actions={actions}
      />
      <PaymentStanding payment={data} />
      <OrderStory
        type="payment"
        order={data}
        timeline={timeline}
        facts={facts}
        attempts={<AttemptsCard attempts={paymentAttempts(id)} failure={data.failure} />}
        more={<RefundsCard paymentId={id} />}
      />
    </>
  );
}
