import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useSession } from '../api/session.ts';
import { OperatorActions } from '../features/operators/decisions/operator-actions.tsx';
import { CancelPayout } from '../features/payouts/cancel-payout.tsx';
import { payout, payoutTimeline } from '../features/payouts/payout.ts';
import { PayoutAttempts } from '../features/payouts/payout-attempts.tsx';
import { PayoutFacts } from '../features/payouts/payout-facts.tsx';
import { PayoutStanding } from '../features/payouts/payout-standing.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { NotYet } from './not-yet.tsx';
import { OrderStory } from './order-story.tsx';

const route = getRouteApi('/payouts/$id');

export function PayoutPage() {
  const { payouts: texts } = useText();
  const { id } = route.useParams();
  const { replayed } = route.useSearch();
  const { holder } = useSession();
  const read = useQuery(payout(id));
  const timeline = useQuery(payoutTimeline(id));
  const { data } = read;
  if (data === undefined) return <NotYet title={texts.payout} query={read} />;
  const actions =
    holder.kind === 'operator' ? <OperatorActions order={{ ...data, type: 'payout' }} /> : <CancelPayout of={data} />;
  return (
    <>
      <PageHeader title={texts.to(data.recipient.name)} actions={actions} />
      {replayed !== undefined && (
        <p role="status" className="rounded-lg bg-accent-soft p-4 text-accent">
          {texts.replayed}
        </p>
      )}
      <PayoutStanding payout={data} />
      <OrderStory
        type="payout"
        order={data}
        timeline={timeline}
        facts={<PayoutFacts payout={data} />}
        attempts={<PayoutAttempts payout={data} />}
      />
    </>
  );
}
