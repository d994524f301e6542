import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useText } from '../../text/language.ts';
import { buttonLook } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { BreakerBadge, PauseBadge } from './gateway-badges.tsx';
import { gateways } from './queries.ts';

/** Whether money can leave and enter now. */
export function GatewaysSummary() {
  const { operators: texts, shell } = useText();
  const { data, error, refetch } = useQuery(gateways);
  const all = (
    <Link to="/gateways" className={buttonLook({ size: 'small' })}>
      {texts.allGateways}
    </Link>
  );
  return (
    <Card title={shell.pages.gateways} actions={all}>
      {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-20" />}
      <ul className="divide-y divide-line">
        {data?.results.map((gateway) => (
          <li key={gateway.name} className="flex flex-wrap items-center justify-between gap-2 px-4 py-2">
            <span className="grid min-w-0">
              <span className="font-medium">{gateway.name}</span>
              <span className="text-sm text-muted">{texts.kinds[gateway.kind]}</span>
            </span>
            <span className="flex flex-wrap gap-2">
              {gateway.breaker !== 'closed' && <BreakerBadge gateway={gateway} />}
              <PauseBadge gateway={gateway} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
