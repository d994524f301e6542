import { getRouteApi, Link } from '@tanstack/react-router';
import { merchantShown, useSession } from '../api/session.ts';
import { PAYOUT_FILTERS } from '../features/payouts/filter-names.ts';
import type { PayoutFilters } from '../features/payouts/payout-filters.ts';
import { PayoutsTable } from '../features/payouts/payouts-table.tsx';
import { useText } from '../text/language.ts';
import { buttonLook } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { searchOf } from './search.ts';
import { useOwner } from './use-owner.tsx';

const route = getRouteApi('/payouts');
const filtersOf = searchOf(...PAYOUT_FILTERS);

export function PayoutsPage() {
  const { shell, pay } = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  // An operator who looks at all merchants cannot pay for one.
  const payLink = merchantShown(useSession()) !== null && (
    <Link to="/pay" className={buttonLook({ tone: 'primary' })}>
      {pay.title}
    </Link>
  );
  const go = (filters: PayoutFilters, cursor: string | undefined): void => {
    void navigate({ search: { ...filters, cursor } });
  };
  return (
    <>
      <PageHeader title={shell.pages.payouts} actions={payLink} />
      <PayoutsTable filters={filtersOf(search)} cursor={search.cursor} onAddress={go} showOwner={useOwner()} />
    </>
  );
}
