import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../text/language.ts';
import { Amount } from '../../ui/amount.tsx';
import { Card } from '../../ui/card.tsx';
import { classes } from '../../ui/classes.ts';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { balance } from './balance.ts';

/** The balance in three figures, and the ledger's time at which they were correct. */
export function BalanceFigures() {
  const { balance: texts } = useText();
  const { data, error, refetch } = useQuery(balance);
  if (data === undefined && error !== null) return <ProblemMessage error={error} onRetry={() => void refetch()} />;
  return (
    <Card>
      <dl className="grid divide-line max-md:divide-y md:grid-cols-3 md:divide-x">
        <Figure name={texts.available} meaning={texts.availableMeaning} isMain>
          {data && <Amount paise={data.available_paise} />}
        </Figure>
        <Figure name={texts.held} meaning={texts.heldMeaning}>
          {data && <Amount paise={data.held_paise} />}
        </Figure>
        <Figure name={texts.total} meaning={texts.totalMeaning}>
          {data && <Amount paise={data.total_paise} />}
        </Figure>
      </dl>
      <p className="border-t border-line px-4 py-2 text-sm text-muted">
        {texts.asOf} {data ? <Time at={data.as_of} isExact /> : <Skeleton className="h-4 w-40" />}
      </p>
    </Card>
  );
}

interface FigureProps {
  readonly name: string;
  readonly meaning: string;
  readonly isMain?: boolean;
  readonly children: ReactNode;
}

function Figure({ name, meaning, isMain = false, children }: FigureProps) {
  return (
    <div className="grid content-start gap-1 p-4">
      <dt className="text-muted">{name}</dt>
      <dd className={classes('flex items-end text-xl font-semibold md:h-9', isMain && 'md:text-2xl')}>
        {children ?? <Skeleton className="h-6 w-40" />}
      </dd>
      <dd className="text-sm text-muted">{meaning}</dd>
    </div>
  );
}
