import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { DeliveryAttempts, DeliveryFacts } from '../features/webhooks/delivery-facts.tsx';
import { delivery } from '../features/webhooks/queries.ts';
import { RetryButton } from '../features/webhooks/retry-button.tsx';
import { eventName } from '../text/event-names.ts';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { NotYet } from './not-yet.tsx';

const route = getRouteApi('/webhook-deliveries/$id');

export function WebhookDeliveryPage() {
  const text = useText();
  const { webhooks: texts } = text;
  const { id } = route.useParams();
  const read = useQuery(delivery(id));
  const { data } = read;
  if (data === undefined) return <NotYet title={texts.deliveries} query={read} />;
  const actions = <RetryButton id={id} />;
  return (
    <>
      <PageHeader
        title={texts.deliveryOf(eventName(data.event_type, text))}
        mark={<StatusBadge status={data.status} />}
        actions={actions}
      />
      <DeliveryFacts delivery={data} />
      <DeliveryAttempts delivery={data} />
    </>
  );
}
