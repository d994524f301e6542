import { getRouteApi, Link } from '@tanstack/react-router';
import { merchantShown, useSession } from '../api/session.ts';
import { PaymentsTable } from '../features/payments/payments-table.tsx';
import { useText } from '../text/language.ts';
import { buttonLook } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { useOwner } from './use-owner.tsx';

const route = getRouteApi('/payments');

export function PaymentsPage() {
  const { shell, payments: texts } = useText();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  // An operator who looks at all merchants cannot charge for one.
  const receive =
    merchantShown(useSession()) === null ? undefined : (
      <Link to="/payments/new" className={buttonLook({ tone: 'primary' })}>
        {texts.receive}
      </Link>
    );
  return (
    <>
      <PageHeader title={shell.pages.payments} actions={receive} />
      <PaymentsTable filters={filters} onChange={(search) => void navigate({ search })} showOwner={useOwner()} />
    </>
  );
}
