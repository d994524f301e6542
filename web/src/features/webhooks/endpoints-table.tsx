import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { WebhookEndpointDocument } from '../../api/generated/types.gen.ts';
import type { Catalogue } from '../../text/catalogue.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { EndpointState } from './endpoint-state.tsx';
import { endpoints } from './queries.ts';

export function EndpointsTable() {
  const { webhooks: texts } = useText();
  const { data, error, refetch } = useQuery(endpoints);
  if (data === undefined && error !== null) return <ProblemMessage error={error} onRetry={() => void refetch()} />;
  return (
    <Card title={texts.endpoints}>
      <Table
        name="webhook-endpoints"
        label={texts.endpoints}
        columns={columnsOf(texts)}
        rows={data?.results}
        keyOf={({ id }) => id}
        empty={<EmptyState title={texts.empty} lead={texts.emptyLead} />}
      />
    </Card>
  );
}

function columnsOf(texts: Catalogue['webhooks']): readonly Column<WebhookEndpointDocument>[] {
  return [
    {
      id: 'url',
      header: texts.url,
      phone: 'title',
      cell: ({ id, url, description }) => (
        <span className="grid">
          <Link to="/webhooks/$id" params={{ id }} className="link font-medium wrap-anywhere">
            {url}
          </Link>
          {description !== null && <bdi className="text-sm text-muted wrap-anywhere">{description}</bdi>}
        </span>
      ),
    },
    {
      id: 'events',
      header: texts.events,
      phone: 'detail',
      cell: ({ event_types: types }) => (types === null ? texts.allEvents : texts.typesCount(types.length)),
    },
    { id: 'state', header: texts.state, phone: 'amount', cell: (each) => <EndpointState endpoint={each} /> },
  ];
}
