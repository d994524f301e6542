import { GatewaysList } from '../features/operators/gateways-list.tsx';
import { QueuesCard, WorkersCard } from '../features/operators/work-cards.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';

export function GatewaysPage() {
  const { shell, operators: texts } = useText();
  return (
    <>
      <PageHeader title={shell.pages.gateways} lead={texts.gatewaysLead} />
      <GatewaysList />
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <WorkersCard />
        <QueuesCard />
      </div>
    </>
  );
}
