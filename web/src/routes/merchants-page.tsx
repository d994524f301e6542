import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { MerchantsTable } from '../features/operators/merchants-table.tsx';
import { NewMerchantDialog } from '../features/operators/new-merchant-dialog.tsx';
import { useText } from '../text/language.ts';
import { Button } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';

const route = getRouteApi('/merchants');

export function MerchantsPage() {
  const { shell, operators: texts } = useText();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const [isAdding, setIsAdding] = useState(false);
  const add = (
    <Button tone="primary" onClick={() => setIsAdding(true)}>
      {texts.addMerchant}
    </Button>
  );
  return (
    <>
      <PageHeader title={shell.pages.merchants} actions={add} />
      <MerchantsTable filters={filters} onChange={(search) => void navigate({ search })} />
      {isAdding && (
        <NewMerchantDialog
          onClose={() => setIsAdding(false)}
          onMade={({ id }) => void navigate({ to: '/merchants/$id', params: { id } })}
        />
      )}
    </>
  );
}
