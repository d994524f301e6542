import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { listWebhookDeliveries } from '../../api/generated/sdk.gen.ts';
import type { WebhookDeliveryDocument } from '../../api/generated/types.gen.ts';
import { eventName } from '../../text/event-names.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';

const PAGE = 100;

/** The deliveries about one payout, payment or refund: there are few, as are its events and the endpoints. */
const deliveriesAbout = (objectId: string) =>
  queryOptions({
    queryKey: ['webhook-deliveries', 'about', objectId],
    queryFn: async ({ signal }) => {
      const found: WebhookDeliveryDocument[] = [];
      for (let cursor: string | undefined, isLast = false; !isLast;) {
        const query = { object_id: objectId, limit: PAGE, cursor };
        const { results, next_cursor: next } = await listWebhookDeliveries({ query, signal });
        found.push(...results);
        cursor = next ?? undefined;
        isLast = next === null;
      }
      return found;
    },
  });

/** Which endpoints were sent which events of one order. */
export function DeliveriesAbout({ objectId }: { readonly objectId: string }) {
  const text = useText();
  const { payoutPage: texts } = text;
  const { data, error, refetch } = useQuery(deliveriesAbout(objectId));
  return (
    <Card title={texts.deliveries}>
      {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-12" />}
      {data?.length === 0 && <p className="p-4 text-muted">{texts.noDeliveries}</p>}
      <ul className="divide-y divide-line">
        {data?.map(({ id, event_type: type, status, created_at: at }) => (
          <li key={id} className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-2">
            <Link to="/webhook-deliveries/$id" params={{ id }} className="link clip font-medium">
              {eventName(type, text)}
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
