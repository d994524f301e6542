import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { merchantShown, useSession } from '../../../api/session.ts';
import { useText } from '../../../text/language.ts';
import { buttonLook } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { ProblemMessage } from '../../../ui/problem-message.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { AttentionItem } from './attention-item.tsx';
import { attention } from './queue.ts';
import { StoppedNotice } from './stopped-notice.tsx';

const SHOWN = 3;

/** The orders that have waited longest. */
export const firstOfQueue = attention({}, SHOWN);

/** The first entries of the queue. */
export function AttentionCard() {
  const { attention: texts, shell } = useText();
  const showsMerchant = merchantShown(useSession()) === null;
  const { data, error, refetch } = useQuery(firstOfQueue);
  const all = (
    <Link to="/attention" className={buttonLook({ size: 'small' })}>
      {texts.all}
    </Link>
  );
  return (
    <Card title={shell.pages.attention} actions={all}>
      {data === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-5 w-48" />}
      <StoppedNotice stopped={data?.submissions_stopped} />
      {data?.results.length === 0 && <p className="p-4 text-muted">{texts.nothing}</p>}
      <ul className="divide-y divide-line">
        {data?.results.map((item) => (
          <AttentionItem key={item.id} item={item} showsMerchant={showsMerchant} />
        ))}
      </ul>
    </Card>
  );
}
