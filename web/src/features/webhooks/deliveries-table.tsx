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
  const { webhooks: texts, statuses } = text;
  const page = useQuery(deliveries(filters));
  const { data, error, refetch } = page;
  const { cursor: _, ...rest } = filters;
  return (
    <Card title={texts.deliveries}>
      {error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      <Table
        name="webhook-deliveries"
        label={texts.deliveries}
        columns={columnsOf(text)}
        rows={rowsOf(page)}
        keyOf={({ id }) => id}
        empty={error === null ? <EmptyState title={texts.noDeliveries} lead={texts.noDeliveriesLead} /> : null}
        tabs={
          <StatusTabs
            label={texts.status}
            value={filters.status}
            onChange={(status) => onChange({ ...rest, status })}
            choices={STATUSES.map((status) => [status, statuses[status]])}
          />
        }
        toolbar={
          rest.event_id === undefined ? undefined : (
            <Filters onClear={undefined}>
              <FixedFilter
                label={texts.event}
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
  const { webhooks: texts } = text;
  return [
    {
      id: 'event',
      header: texts.event,
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
    { id: 'status', header: texts.status, phone: 'status', cell: ({ status }) => <StatusBadge status={status} /> },
    {
      id: 'attempts',
      header: texts.attempts,
      isNumber: true,
      cell: ({ attempts }) => attempts,
    },
    {
      id: 'next',
      header: texts.nextAttempt,
      cell: ({ next_attempt_at: at }) => (at === null ? '–' : <Time at={at} isInTable />),
    },
    {
      id: 'created',
      header: texts.created,
      phone: 'detail',
      cell: ({ created_at: at }) => <Time at={at} isInTable />,
    },
  ];
}
