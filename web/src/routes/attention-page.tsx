import { getRouteApi } from '@tanstack/react-router';
import { useSession } from '../api/session.ts';
import { AttentionList } from '../features/operators/attention/attention-list.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';

const route = getRouteApi('/attention');

export function AttentionPage() {
  const { shell, attention: texts } = useText();
  const { holder } = useSession();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const lead = holder.kind === 'operator' ? texts.leadForOperators : texts.leadForMerchants;
  return (
    <>
      <PageHeader title={shell.pages.attention} lead={lead} />
      <AttentionList filters={filters} onChange={(search) => void navigate({ search })} />
    </>
  );
}
