import { RoutingDesk } from '../features/operators/routing/routing-desk.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';

export function RoutingPage() {
  const { shell, routing: texts } = useText();
  return (
    <>
      <PageHeader title={shell.pages.routing} lead={texts.lead} />
      <RoutingDesk />
    </>
  );
}
