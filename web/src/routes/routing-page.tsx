import { RoutingDesk } from '../features/operators/routing/routing-desk.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';

export function RoutingPage() {
  const { shell, routing: words } = useText();
  return (
    <>
      <PageHeader title={shell.pages.routing} lead={words.lead} />
      <RoutingDesk />
    </>
  );
}
