import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';

export function HomePage() {
  return <PageHeader title={useText().shell.pages.home} />;
}
