import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { listEvents, listWebhookDeliveries } from '../../api/generated/sdk.gen.ts';
import type { WebhookDeliveryDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';

const PAGE = 100;

/** Of a payout, a payment or a refund: its events are few. One list after the other: two at a time are allowed. */
const deliveriesAbout = (objectId: string) =>
  queryOptions({
    queryKey: ['webhook-deliveries', 'about', objectId],
    queryFn: async ({ signal }) => {
      const events = await listEvents({ query: { object_id: objectId, limit: PAGE }, signal });
      const found: WebhookDeliveryDocument[] = [];
      for (const { id } of events.results) {
        const { results } = await listWebhookDeliveries({ query: { event_id: id, limit: PAGE }, signal });
        found.push(...results);
      }
      return found;
    },
  });

/** Which endpoints were told of one thing, and which of its events. */
export function DeliveriesAbout({ objectId }: { readonly objectId: string }) {
  const { payoutPage: words } = useText();
  const { data, error, refetch } = useQuery(deliveriesAbout(objectId));
  return (
    <Card title={words.deliveries}>
      {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-12" />}
      {data?.length === 0 && <p className="p-4 text-muted">{words.noDeliveries}</p>}
      <ul className="divide-y divide-line">
        {data?.map(({ id, event_type: type, status, created_at: at }) => (
          <li key={id} className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-2">
            <Link to="/webhook-deliveries/$id" params={{ id }} className="link clip font-medium">
              {type}
            </Link>
            <StatusBadge status={status} />
            <span className="text-sm text-muted">
              <Time at={at} isInTable />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
