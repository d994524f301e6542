import { useQuery } from '@tanstack/react-query';
import type { FindingDocument } from '../../../api/generated/types.gen.ts';
import { useText } from '../../../text/language.ts';
import { Card } from '../../../ui/card.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Pager } from '../../../ui/pager.tsx';
import { ProblemMessage } from '../../../ui/problem-message.tsx';
import { rowsOf } from '../../../ui/rows.ts';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { StatusTabs } from '../../../ui/status-tabs.tsx';
import { Time } from '../../../ui/time.tsx';
import { MerchantName } from '../merchant-name.tsx';
import { isOrderType, OrderLink } from '../order-link.tsx';
import { AcknowledgeButton } from './acknowledge-button.tsx';
import { FindingDetail } from './finding-detail.tsx';
import { FindingTitle } from './finding-title.tsx';
import { findings, type FindingFilters } from './queries.ts';

interface FindingsListProps {
  readonly filters: FindingFilters;
  readonly onChange: (filters: FindingFilters) => void;
}

/** What the last verification of each book found wrong. */
export function FindingsList({ filters, onChange }: FindingsListProps) {
  const { verification: texts } = useText();
  const page = useQuery(findings(filters));
  const { data, error, refetch } = page;
  const rows = rowsOf(page);
  return (
    <Card title={texts.findings}>
      <StatusTabs
        label={texts.state}
        isRequired
        value={filters.state === 'acknowledged' ? 'acknowledged' : 'open'}
        onChange={(state) => onChange(state === 'acknowledged' ? { state } : {})}
        choices={[
          ['open', texts.open],
          ['acknowledged', texts.acknowledged],
        ]}
      />
      {error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {rows === undefined && <Skeleton className="m-4 h-32" />}
      {error === null && rows?.length === 0 && <EmptyState title={texts.noFindings} lead={texts.noFindingsLead} />}
      <ul className="divide-y divide-line">
        {rows?.map((finding) => (
          <Finding key={finding.id} finding={finding} />
        ))}
      </ul>
      <Pager
        previous={data?.previous_cursor}
        next={data?.next_cursor}
        onTurn={(cursor) => onChange({ ...filters, cursor })}
      />
    </Card>
  );
}

function Finding({ finding }: { readonly finding: FindingDocument }) {
  const { verification: texts } = useText();
  const { code, merchant_id: merchantId, acknowledgement } = finding;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-2 p-4">
      <FindingTitle finding={finding} />
      <p>{texts.meanings[code]}</p>
      <FindingDetail finding={finding} />
      <span className="flex flex-wrap items-baseline gap-x-3 text-muted">
        {merchantId !== null && <OrderOf particulars={finding.particulars} />}
        {merchantId === null ? texts.ofNoBook : <MerchantName id={merchantId} />}
      </span>
      {acknowledgement !== null && (
        <p className="wrap-anywhere text-muted">
          {texts.acknowledgedBy(acknowledgement.acknowledged_by)}, <Time at={acknowledgement.created_at} />:{' '}
          <bdi>{acknowledgement.reason}</bdi>
        </p>
      )}
      {acknowledgement === null && finding.finding === null && <p className="text-warn">{texts.computed}</p>}
      {acknowledgement === null && finding.finding !== null && (
        <AcknowledgeButton merchantId={merchantId} finding={finding.finding} />
      )}
    </li>
  );
}

/** The order that the finding is about, if it is about one: its page shows what was sent and what was answered. */
function OrderOf({ particulars }: Pick<FindingDocument, 'particulars'>) {
  const values: Readonly<Record<string, unknown>> = particulars?.values ?? {};
  const { subject, id } = values;
  return isOrderType(subject) && typeof id === 'string' ? <OrderLink type={subject} id={id} /> : null;
}
