import { getRouteApi } from '@tanstack/react-router';
import { RefundsTable } from '../features/payments/refunds-table.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { useOwner } from './use-owner.tsx';

const route = getRouteApi('/refunds');

export function RefundsPage() {
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader title={useText().shell.pages.refunds} />
      <RefundsTable filters={filters} onChange={(search) => void navigate({ search })} showOwner={useOwner()} />
    </>
  );
}
