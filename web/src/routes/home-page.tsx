import { Link } from '@tanstack/react-router';
import { merchantShown, useSession } from '../api/session.ts';
import { BalanceFigures } from '../features/balance/balance-figures.tsx';
import { DailyMovements } from '../features/balance/daily-movements.tsx';
import { LatestMovements } from '../features/ledger/latest-movements.tsx';
import { AttentionCard } from '../features/operators/attention/attention-card.tsx';
import { GatewaysSummary } from '../features/operators/gateways-summary.tsx';
import { useText } from '../text/language.ts';
import { buttonLook } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';

/** Where a merchant's money stands. An operator who acts for nobody sees what waits for a person, and what money flows by. */
export function HomePage() {
  const { shell } = useText();
  const merchant = merchantShown(useSession());
  if (merchant === null) {
    return (
      <>
        <PageHeader title={shell.pages.home} />
        <AttentionCard />
        <GatewaysSummary />
      </>
    );
  }
  const pay = (
    <Link to="/pay" className={buttonLook({ tone: 'primary' })}>
      {shell.pages.pay}
    </Link>
  );
  return (
    <>
      <PageHeader title={shell.pages.home} actions={pay} />
      <BalanceFigures />
      <AttentionCard />
      <DailyMovements />
      <LatestMovements />
    </>
  );
}
