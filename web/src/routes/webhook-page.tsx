import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { DeliveriesTable } from '../features/webhooks/deliveries-table.tsx';
import { EndpointActions } from '../features/webhooks/endpoint-actions.tsx';
import { EndpointFacts } from '../features/webhooks/endpoint-facts.tsx';
import { EndpointState } from '../features/webhooks/endpoint-state.tsx';
import { endpoint } from '../features/webhooks/queries.ts';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { NotYet } from './not-yet.tsx';

const route = getRouteApi('/webhooks/$id');

export function WebhookPage() {
  const { webhooks: texts } = useText();
  const { id } = route.useParams();
  const { status, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const read = useQuery(endpoint(id));
  const { data } = read;
  if (data === undefined) return <NotYet title={texts.endpoint} query={read} />;
  return (
    <>
      <PageHeader title={texts.endpoint} mark={<EndpointState endpoint={data} />} />
      <EndpointFacts endpoint={data} />
      <EndpointActions endpoint={data} onDeleted={() => void navigate({ to: '/webhooks' })} />
      <DeliveriesTable
        filters={{ endpoint_id: id, status, cursor }}
        onChange={({ endpoint_id: _, ...search }) => void navigate({ search })}
      />
    </>
  );
}
