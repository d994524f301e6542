import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { actFor } from '../api/session.ts';
import { ApiKeysCard } from '../features/operators/api-keys-card.tsx';
import { ActivityButton, MerchantFacts } from '../features/operators/merchant-card.tsx';
import { State } from '../features/operators/merchants-table.tsx';
import { merchant } from '../features/operators/queries.ts';
import { useText } from '../text/language.ts';
import { Button } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { NotYet } from './not-yet.tsx';

const route = getRouteApi('/merchants/$id');

export function MerchantPage() {
  const { operators: texts, shell } = useText();
  const { id } = route.useParams();
  const navigate = route.useNavigate();
  const read = useQuery(merchant(id));
  const { data } = read;
  if (data === undefined) return <NotYet title={shell.table.merchant} query={read} />;
  const look = async (): Promise<void> => {
    await navigate({ to: '/' });
    actFor({ merchantId: id, name: data.name });
  };
  const actions = (
    <>
      <ActivityButton merchant={data} />
      <Button tone="primary" onClick={look}>
        {texts.lookAt}
      </Button>
    </>
  );
  return (
    <>
      <PageHeader title={data.name} mark={<State isActive={data.is_active} />} actions={actions} />
      <MerchantFacts merchant={data} />
      <ApiKeysCard merchantId={id} />
    </>
  );
}
