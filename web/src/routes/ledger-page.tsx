import { getRouteApi } from '@tanstack/react-router';
import { Statement } from '../features/ledger/statement-table.tsx';
import { VerificationCard } from '../features/ledger/verification-card.tsx';
import { useText } from '../text/language.ts';
import { Button } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';

const route = getRouteApi('/ledger');

export function LedgerPage() {
  const { shell, ledger: texts } = useText();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const print = (
    <Button className="print:hidden" onClick={() => window.print()}>
      {texts.print}
    </Button>
  );
  return (
    <>
      <PageHeader title={shell.pages.ledger} lead={texts.lead} actions={print} />
      <Statement filters={filters} onChange={(search) => void navigate({ search })} />
      <VerificationCard />
    </>
  );
}
