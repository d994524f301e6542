import { useQuery } from '@tanstack/react-query';
import { merchantShown, useSession } from '../../../api/session.ts';
import { useText } from '../../../text/language.ts';
import { Card } from '../../../ui/card.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Pager } from '../../../ui/pager.tsx';
import { ProblemMessage } from '../../../ui/problem-message.tsx';
import { rowsOf } from '../../../ui/rows.ts';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { StatusTabs } from '../../../ui/status-tabs.tsx';
import { OperatorActions } from '../decisions/operator-actions.tsx';
import { AttentionItem } from './attention-item.tsx';
import { attention, type AttentionFilters, ORDER_TYPES } from './queue.ts';
import { StoppedNotice } from './stopped-notice.tsx';

interface AttentionListProps {
  readonly filters: AttentionFilters;
  readonly onChange: (filters: AttentionFilters) => void;
}

/** Every order that needs attention, page by page, with what an operator may do about it. */
export function AttentionList({ filters, onChange }: AttentionListProps) {
  const { attention: texts } = useText();
  const showsMerchant = merchantShown(useSession()) === null;
  const page = useQuery(attention(filters));
  const { data, error, refetch } = page;
  const rows = rowsOf(page);
  const { type } = filters;
  return (
    <Card>
      <StoppedNotice stopped={data?.submissions_stopped} />
      <StatusTabs
        label={texts.type}
        value={type}
        onChange={(next) => onChange({ type: next })}
        choices={ORDER_TYPES.map((one) => [one, texts.manyOf[one]])}
      />
      {error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {rows === undefined && <Skeleton className="m-4 h-48" />}
      {error === null && rows?.length === 0 && <EmptyState title={texts.nothing} lead={texts.nothingLead} />}
      <ul className="divide-y divide-line">
        {rows?.map((item) => (
          <AttentionItem key={item.id} item={item} showsMerchant={showsMerchant}>
            <OperatorActions order={item} size="small" />
          </AttentionItem>
        ))}
      </ul>
      <Pager
        isOldestFirst
        previous={data?.previous_cursor}
        next={data?.next_cursor}
        onTurn={(cursor) => onChange({ ...filters, cursor })}
      />
    </Card>
  );
}
