import { getRouteApi } from '@tanstack/react-router';
import { ReceiveForm } from '../features/payments/receive-form.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';

const route = getRouteApi('/payments/new');

export function ReceivePage() {
  const { payments: texts } = useText();
  const navigate = route.useNavigate();
  return (
    <div className="mx-auto grid w-full max-w-2xl gap-6">
      <PageHeader title={texts.receive} lead={texts.receiveLead} />
      <ReceiveForm onMade={(id) => void navigate({ to: '/payments/$id', params: { id } })} />
    </div>
  );
}
