import { useQuery } from '@tanstack/react-query';
import type { VerifyRunDocument } from '../../../api/generated/types.gen.ts';
import { useLanguage, useText } from '../../../text/language.ts';
import { formatCount } from '../../../text/moments.ts';
import { Card } from '../../../ui/card.tsx';
import { ProblemMessage } from '../../../ui/problem-message.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { Badge } from '../../../ui/status-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { MerchantName } from '../merchant-name.tsx';
import { verifyRuns } from './queries.ts';

/** The last verifications of the books, and their results. */
export function RunsCard() {
  const { verification: texts } = useText();
  const { data, error, refetch } = useQuery(verifyRuns);
  return (
    <Card title={texts.runs}>
      {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-24" />}
      {data?.results.length === 0 && <p className="p-4 text-muted">{texts.noRuns}</p>}
      <ul className="divide-y divide-line">
        {data?.results.map((run) => (
          <Run key={run.id} run={run} />
        ))}
      </ul>
    </Card>
  );
}

function Run({ run }: { readonly run: VerifyRunDocument }) {
  const { verification: texts } = useText();
  const language = useLanguage();
  const { books, findings, acknowledged, merchant_id: merchantId } = run;
  const count = (of: number): string => formatCount(of, language);
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 px-4 py-2">
      <span className="grid min-w-0">
        <Time at={run.started_at} isExact />
        <span className="text-sm text-muted">
          {merchantId === null ? texts.allBooks : <MerchantName id={merchantId} />}
          {` · ${texts.books(count(books))} · ${texts.found(count(findings), count(acknowledged))}`}
        </span>
      </span>
      <RunBadge run={run} />
    </li>
  );
}

function RunBadge({ run: { status, findings } }: { readonly run: VerifyRunDocument }) {
  const { verification: texts } = useText();
  if (status === 'unfinished') return <Badge tone="warn">{texts.unfinished}</Badge>;
  return findings > 0 ? <Badge tone="bad">{texts.wrong}</Badge> : <Badge tone="good">{texts.clean}</Badge>;
}
