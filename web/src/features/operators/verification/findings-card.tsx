import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useText } from '../../../text/language.ts';
import { buttonLook } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { ProblemMessage } from '../../../ui/problem-message.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { Time } from '../../../ui/time.tsx';
import { MerchantName } from '../merchant-name.tsx';
import { FindingTitle } from './finding-title.tsx';
import { findings, verifyRuns } from './queries.ts';

const SHOWN = 3;
const newestFindings = findings({}, SHOWN);

/** The newest findings that nobody has acknowledged: they wait for a person as much as orders do. */
export function FindingsCard() {
  const { shell, verification: texts } = useText();
  const { data, error, refetch } = useQuery(newestFindings);
  const all = (
    <Link to="/verification" className={buttonLook({ size: 'small' })}>
      {texts.review}
    </Link>
  );
  return (
    <Card title={shell.pages.verification} actions={all}>
      {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-5 w-48" />}
      {data?.results.length === 0 && <NoFindings />}
      <ul className="divide-y divide-line">
        {data?.results.map((finding) => (
          <li key={finding.id} className="grid gap-1 px-4 py-3">
            <FindingTitle finding={finding} />
            <p className="text-warn">{texts.meanings[finding.code]}</p>
            {finding.merchant_id !== null && <MerchantName id={finding.merchant_id} />}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Says when books were last verified: without a run nothing is known. */
function NoFindings() {
  const { verification: texts } = useText();
  const { data } = useQuery(verifyRuns);
  const last = data?.results[0];
  if (data !== undefined && last === undefined) return <p className="p-4 text-warn">{texts.noRuns}</p>;
  return (
    <p className="p-4 text-muted">
      {texts.noneOpen}
      {last !== undefined && (
        <>
          {` · ${texts.lastRun} `}
          <Time at={last.started_at} />
        </>
      )}
    </p>
  );
}
