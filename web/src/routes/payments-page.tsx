import { getRouteApi, Link } from '@tanstack/react-router';
import { PaymentsTable } from '../features/payments/payments-table.tsx';
import { useText } from '../text/language.ts';
import { buttonLook } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';

const route = getRouteApi('/payments');

export function PaymentsPage() {
  const { shell, payments: words } = useText();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const receive = (
    <Link to="/payments/new" className={buttonLook({ tone: 'primary' })}>
      {words.receive}
    </Link>
  );
  return (
    <>
      <PageHeader title={shell.pages.payments} actions={receive} />
      <PaymentsTable emptyAction={receive} filters={filters} onChange={(search) => void navigate({ search })} />
    </>
  );
}
