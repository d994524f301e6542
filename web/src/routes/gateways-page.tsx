import { GatewaysList } from '../features/operators/gateways-list.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';

export function GatewaysPage() {
  const { shell, operators: words } = useText();
  return (
    <>
      <PageHeader title={shell.pages.gateways} lead={words.gatewaysLead} />
      <GatewaysList />
    </>
  );
}
