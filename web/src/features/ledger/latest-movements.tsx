import { queryOptions, useQuery } from '@tanstack/react-query';
import { listLedgerEntries } from '../../api/generated/sdk.gen.ts';
import type { EntryDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Amount } from '../../ui/amount.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { Cause } from './cause.tsx';

const SHOWN = 8;

const latest = queryOptions({
  queryKey: ['ledger', 'latest'],
  queryFn: ({ signal }) => listLedgerEntries({ query: { account: 'available', limit: SHOWN }, signal }),
});

/** The latest changes of the available balance. */
export function LatestMovements() {
  const { ledger: texts } = useText();
  const { data, error, refetch } = useQuery(latest);
  return (
    <Card title={texts.latest}>
      {data === undefined && error !== null && (
        <div className="p-4">
          <ProblemMessage error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {data === undefined && error === null && <Loading />}
      {data?.results.length === 0 && <EmptyState title={texts.empty} lead={texts.emptyLead} />}
      <ul className="divide-y divide-line">
        {data?.results.map((entry) => (
          <Movement key={entry.seq} entry={entry} />
        ))}
      </ul>
    </Card>
  );
}

function Movement({ entry }: { readonly entry: EntryDocument }) {
  return (
    <li className="flex items-center justify-between gap-4 px-4 py-2">
      <span className="grid min-w-0">
        <Cause entry={entry} />
        <span className="text-sm text-muted">
          <Time at={entry.created_at} isInTable />
        </span>
      </span>
      <span className="grid justify-items-end">
        <Amount paise={entry.amount_paise} isMovement className="font-medium" />
        <Amount paise={entry.balance_after_paise} className="text-sm text-muted" />
      </span>
    </li>
  );
}

function Loading() {
  return (
    <div aria-hidden="true" className="divide-y divide-line">
      {Array.from({ length: SHOWN }, (_, index) => (
        <div key={index} className="flex items-center justify-between gap-4 px-4 py-2">
          <span className="grid">
            <Skeleton className="my-0.5 h-4 w-32" />
            <Skeleton className="my-0.5 h-4 w-24" />
          </span>
          <Skeleton />
        </div>
      ))}
    </div>
  );
}
