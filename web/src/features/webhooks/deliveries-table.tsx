import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { WebhookDeliveryDocument } from '../../api/generated/types.gen.ts';
import type { Catalogue } from '../../text/catalogue.ts';
import { eventName } from '../../text/event-names.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FixedFilter } from '../../ui/filter-chip.tsx';
import { Filters } from '../../ui/filters.tsx';
import { Pager } from '../../ui/pager.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { rowsOf } from '../../ui/rows.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { StatusTabs } from '../../ui/status-tabs.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { ApiEventType } from './api-event-type.tsx';
import { deliveries, type DeliveryFilters } from './queries.ts';

interface DeliveriesTableProps {
  readonly filters: DeliveryFilters;
  readonly onChange: (filters: DeliveryFilters) => void;
}

const STATUSES = ['pending', 'delivered', 'failed', 'cancelled'] as const;

/** One page of the deliveries to endpoints. */
export function DeliveriesTable({ filters, onChange }: DeliveriesTableProps) {
  const text = useText();
  const { webhooks: words, statuses } = text;
  const page = useQuery(deliveries(filters));
  const { data, error, refetch } = page;
  const { cursor: _, ...rest } = filters;
  return (
    <Card title={words.deliveries}>
      {error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      <Table
        name="webhook-deliveries"
        label={words.deliveries}
        columns={columnsOf(text)}
        rows={rowsOf(page)}
        keyOf={({ id }) => id}
        empty={error === null ? <EmptyState title={words.noDeliveries} lead={words.noDeliveriesLead} /> : null}
        tabs={
          <StatusTabs
            label={words.status}
            value={filters.status}
            onChange={(status) => onChange({ ...rest, status })}
            choices={STATUSES.map((status) => [status, statuses[status]])}
          />
        }
        toolbar={
          rest.event_id === undefined ? undefined : (
            <Filters onClear={undefined}>
              <FixedFilter
                label={words.event}
                shown={rest.event_id}
                onClear={() => onChange({ ...rest, event_id: undefined })}
              />
            </Filters>
          )
        }
        footer={
          <Pager
            previous={data?.previous_cursor}
            next={data?.next_cursor}
            onTurn={(cursor) => onChange({ ...rest, cursor })}
          />
        }
      />
    </Card>
  );
}

function columnsOf(text: Catalogue): readonly Column<WebhookDeliveryDocument>[] {
  const { webhooks: words } = text;
  return [
    {
      id: 'event',
      header: words.event,
      phone: 'title',
      cell: ({ id, event_type: type }) => (
        <span className="grid">
          <Link to="/webhook-deliveries/$id" params={{ id }} className="link font-medium">
            {eventName(type, text)}
          </Link>
          <ApiEventType type={type} />
        </span>
      ),
    },
    { id: 'status', header: words.status, phone: 'status', cell: ({ status }) => <StatusBadge status={status} /> },
    {
      id: 'attempts',
      header: words.attempts,
      isNumber: true,
      cell: ({ attempts }) => attempts,
    },
    {
      id: 'next',
      header: words.nextAttempt,
      cell: ({ next_attempt_at: at }) => (at === null ? '–' : <Time at={at} isInTable />),
    },
    {
      id: 'created',
      header: words.created,
      phone: 'detail',
      cell: ({ created_at: at }) => <Time at={at} isInTable />,
    },
  ];
}
