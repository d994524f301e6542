import { getRouteApi } from '@tanstack/react-router';
import { FindingsList } from '../features/operators/verification/findings-list.tsx';
import { RunsCard } from '../features/operators/verification/runs-card.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';

const route = getRouteApi('/verification');

export function VerificationPage() {
  const { shell, verification: texts } = useText();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader title={shell.pages.verification} lead={texts.lead} />
      <RunsCard />
      <FindingsList filters={filters} onChange={(search) => void navigate({ search })} />
    </>
  );
}
