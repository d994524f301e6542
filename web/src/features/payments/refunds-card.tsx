import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { MinorAmount } from '../../ui/minor-amount.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { refundsOf } from './queries.ts';

/** The refunds of one payment. */
export function RefundsCard({ paymentId }: { readonly paymentId: string }) {
  const { payments: texts } = useText();
  const { data, error, refetch } = useQuery(refundsOf(paymentId));
  return (
    <Card title={texts.refunds}>
      {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-12" />}
      {data?.results.length === 0 && <p className="p-4 text-muted">{texts.noRefunds}</p>}
      <ul className="divide-y divide-line">
        {data?.results.map(({ id, amount, currency, status, created_at: at }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-2 px-4 py-2">
            <span className="grid">
              <Link to="/refunds/$id" params={{ id }} className="link">
                <MinorAmount minor={amount} currency={currency} className="font-medium" />
              </Link>
              <span className="text-sm text-muted">
                <Time at={at} isInTable />
              </span>
            </span>
            <StatusBadge status={status} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
