import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { merchantShown, useSession } from '../api/session.ts';
import { BalanceFigures } from '../features/balance/balance-figures.tsx';
import { DailyMovements } from '../features/balance/daily-movements.tsx';
import { LatestMovements } from '../features/ledger/latest-movements.tsx';
import { AttentionCard, firstOfQueue } from '../features/operators/attention/attention-card.tsx';
import { GatewaysSummary } from '../features/operators/gateways-summary.tsx';
import { FindingsCard } from '../features/operators/verification/findings-card.tsx';
import { useText } from '../text/language.ts';
import { buttonLook } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

/**
 * A merchant's balances. An operator who acts for no merchant sees what needs attention, what verification has found,
 * and the gateways through which money flows.
 */
export function HomePage() {
  const { shell } = useText();
  const merchant = merchantShown(useSession());
  const { data, failureCount } = useQuery(firstOfQueue);
  // The height of the queue is unknown until it is read. What is below it is loaded meanwhile, but shown only
  // afterwards, so that it is not pushed down.
  const isQueueKnown = data !== undefined || failureCount > 0;
  if (merchant === null) {
    return (
      <>
        <PageHeader title={shell.pages.home} />
        <AttentionCard />
        <FindingsCard />
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
      <div className="grid *:[grid-area:1/1]">
        {!isQueueKnown && (
          <div className="grid content-start gap-6">
            <Skeleton className="h-96 w-full" />
            <Skeleton className="h-96 w-full" />
          </div>
        )}
        <div className={classes('grid min-w-0 gap-6', !isQueueKnown && 'invisible')}>
          <DailyMovements />
          <LatestMovements />
        </div>
      </div>
    </>
  );
}
