import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { DailyBalancesDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Amount } from '../../ui/amount.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportButton } from '../../ui/export-button.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { untilIdle } from '../../ui/until-idle.ts';
import { daily, dailyFile } from './daily.ts';
import { DailyTable } from './daily-table.tsx';

/** The chart library is larger than the rest of the page, so it is loaded when the browser is idle. */
const DailyChart = lazy(async () => {
  await untilIdle();
  return { default: (await import('./daily-chart.tsx')).DailyChart };
});

/** Money in and out for each day, as a chart or as a table of the same numbers. */
export function DailyMovements() {
  const { balance: texts } = useText();
  const { data, error, refetch } = useQuery(daily);
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const actions = (
    <div className="flex gap-2">
      <Segmented
        label={texts.view}
        value={view}
        options={[
          { value: 'chart', label: texts.chart },
          { value: 'table', label: texts.table },
        ]}
        onChoose={setView}
      />
      <ExportButton prepare={dailyFile(data)} />
    </div>
  );
  return (
    <Card title={texts.daily} actions={actions}>
      {data === undefined && error !== null && (
        <div className="p-4">
          <ProblemMessage error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {data === undefined && error === null && (
        <>
          <div className="flex px-4 pt-4">
            <Skeleton className="h-5 w-64" />
          </div>
          <Waiting />
        </>
      )}
      {data !== undefined && (
        <>
          <Sums daily={data} />
          {view === 'table' ? <DailyTable days={data.days} /> : <Drawn daily={data} />}
        </>
      )}
    </Card>
  );
}

function Drawn({ daily: { days, in_paise: paidIn, out_paise: paidOut } }: { readonly daily: DailyBalancesDocument }) {
  const { balance: texts } = useText();
  if (paidIn === 0 && paidOut === 0) return <EmptyState title={texts.still} lead={texts.stillLead} />;
  return (
    <Suspense fallback={<Waiting />}>
      <DailyChart days={days} />
    </Suspense>
  );
}

/** The same height as the chart, so that nothing moves when it appears. */
function Waiting() {
  return (
    <div className="flex p-4">
      <Skeleton className="h-60 w-full" />
    </div>
  );
}

function Sums({ daily: { in_paise: paidIn, out_paise: paidOut } }: { readonly daily: DailyBalancesDocument }) {
  const { balance: texts } = useText();
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2 px-4 pt-4">
      <Sum name={texts.in} look="bg-accent" paise={paidIn} />
      <Sum name={texts.out} look="bg-edge" paise={paidOut} />
    </dl>
  );
}

interface SumProps {
  readonly name: string;
  /** The colour of its bars. */
  readonly look: string;
  readonly paise: number;
}

function Sum({ name, look, paise }: SumProps) {
  return (
    <div className="flex items-center gap-2">
      <dt className="flex items-center gap-2 text-muted">
        <span aria-hidden="true" className={`size-2 rounded-sm ${look}`} />
        {name}
      </dt>
      <dd className="font-medium">
        <Amount paise={paise} />
      </dd>
    </div>
  );
}
