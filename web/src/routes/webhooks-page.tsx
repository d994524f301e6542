import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { DeliveriesTable } from '../features/webhooks/deliveries-table.tsx';
import { NewEndpointDialog } from '../features/webhooks/endpoint-dialogs.tsx';
import { EndpointsTable } from '../features/webhooks/endpoints-table.tsx';
import { endpoints } from '../features/webhooks/queries.ts';
import { useText } from '../text/language.ts';
import { Button } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { SecretDialog } from '../ui/secret-dialog.tsx';

const route = getRouteApi('/webhooks');

export function WebhooksPage() {
  const { shell, webhooks: texts } = useText();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const [isAdding, setIsAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const add = (
    <Button tone="primary" onClick={() => setIsAdding(true)}>
      {texts.add}
    </Button>
  );
  return (
    <>
      <PageHeader title={shell.pages.webhooks} lead={texts.lead} actions={add} />
      <EndpointsTable />
      <DeliveriesTable filters={filters} onChange={(search) => void navigate({ search })} />
      {isAdding && (
        <NewEndpointDialog
          isOpen
          onClose={() => setIsAdding(false)}
          onMade={({ secret: shown }) => {
            setIsAdding(false);
            setSecret(shown);
            void queries.invalidateQueries(endpoints);
          }}
        />
      )}
      <SecretDialog title={texts.secret} lead={texts.secretLead} secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}
