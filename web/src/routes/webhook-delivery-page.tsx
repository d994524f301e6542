import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { DeliveryAttempts, DeliveryFacts } from '../features/webhooks/delivery-facts.tsx';
import { delivery } from '../features/webhooks/queries.ts';
import { RetryButton } from '../features/webhooks/retry-button.tsx';
import { eventName } from '../text/event-names.ts';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemMessage } from '../ui/problem-message.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';

const route = getRouteApi('/webhook-deliveries/$id');

export function WebhookDeliveryPage() {
  const text = useText();
  const { webhooks: words } = text;
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(delivery(id));
  if (data === undefined && error !== null) return <ProblemMessage error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-96 w-full" />;
  const actions = <RetryButton id={id} />;
  return (
    <>
      <PageHeader
        title={words.deliveryOf(eventName(data.event_type, text))}
        mark={<StatusBadge status={data.status} />}
        actions={actions}
      />
      <DeliveryFacts delivery={data} />
      <DeliveryAttempts delivery={data} />
    </>
  );
}
