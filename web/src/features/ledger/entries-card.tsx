import { useQuery } from '@tanstack/react-query';
import { useText } from '../../text/language.ts';
import { Amount } from '../../ui/amount.tsx';
import { Card } from '../../ui/card.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { entriesOf } from './statement.ts';

/** @param cause `payout:<id>`, as the ledger refers to it */
export function EntriesCard({ cause }: { readonly cause: string }) {
  const { ledger: texts } = useText();
  const { data, error, refetch } = useQuery(entriesOf(cause));
  return (
    <Card title={texts.entries}>
      {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-12" />}
      {data?.results.length === 0 && <p className="p-4 text-muted">{texts.noEntries}</p>}
      <ul className="divide-y divide-line">
        {data?.results.map(({ seq, account, kind, amount_paise: paise, created_at: at }) => (
          <li key={`${seq} ${account}`} className="flex items-center justify-between gap-4 px-4 py-2">
            <span className="grid min-w-0">
              <span className="truncate">{texts.movement(texts.accounts[account], texts.kinds[kind])}</span>
              <span className="text-sm text-muted">
                <Time at={at} isInTable />
              </span>
            </span>
            <Amount paise={paise} isMovement className="font-medium" />
          </li>
        ))}
      </ul>
    </Card>
  );
}
