import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RefundDocument } from '../../api/generated/types.gen.ts';
import type { Catalogue } from '../../text/catalogue.ts';
import { useText } from '../../text/language.ts';
import { Amount } from '../../ui/amount.tsx';
import { buttonLook } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { MinorAmount } from '../../ui/minor-amount.tsx';
import { type ShowOwner, withOwner } from '../../ui/owner.ts';
import { Pager } from '../../ui/pager.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { rowsOf } from '../../ui/rows.ts';
import { OrderBadge } from '../../ui/status-badge.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { RefundFilters as Filters, RefundTabs } from './payment-filters.tsx';
import { isFiltered, type RefundFilters, refunds, refundsFile } from './queries.ts';

interface RefundsTableProps {
  readonly filters: RefundFilters;
  readonly onChange: (filters: RefundFilters) => void;
  readonly showOwner: ShowOwner | undefined;
}

/** Refunds to payers: one page of those that match the filters. */
export function RefundsTable({ filters, onChange, showOwner }: RefundsTableProps) {
  const { payments: texts, shell } = useText();
  const page = useQuery(refunds(filters));
  const { data, error, refetch } = page;
  const toPayments = (
    <Link to="/payments" search={{ status: 'succeeded' }} className={buttonLook()}>
      {texts.payments}
    </Link>
  );
  const empty = isFiltered(filters) ? (
    <EmptyState title={texts.noneMatch} lead={texts.noneMatchLead} />
  ) : (
    <EmptyState title={texts.noRefunds} lead={texts.noRefundsLead} action={toPayments} />
  );
  return (
    <Card>
      {error !== null && (
        <div className="p-3">
          <ProblemMessage error={error} onRetry={() => void refetch()} />
        </div>
      )}
      <Table
        name={showOwner === undefined ? 'refunds' : 'refunds-of-all'}
        label={texts.refunds}
        columns={withOwner(refundColumns(texts), shell.table.merchant, showOwner)}
        rows={rowsOf(page)}
        keyOf={({ id }) => id}
        empty={error === null ? empty : null}
        tabs={<RefundTabs values={filters} onChange={onChange} />}
        toolbar={<Filters values={filters} onChange={onChange} />}
        csv={refundsFile(filters)}
        footer={
          <Pager
            previous={data?.previous_cursor}
            next={data?.next_cursor}
            onTurn={(cursor) => onChange({ ...filters, cursor })}
          />
        }
      />
    </Card>
  );
}

function refundColumns(texts: Catalogue['payments']): readonly Column<RefundDocument>[] {
  return [
    {
      id: 'created',
      header: texts.created,
      phone: 'title',
      cell: ({ id, created_at: at }) => (
        <Link to="/refunds/$id" params={{ id }} className="link font-medium">
          <Time at={at} isInTable />
        </Link>
      ),
    },
    {
      id: 'amount',
      header: texts.amount,
      isNumber: true,
      phone: 'amount',
      cell: ({ amount, currency }) => <MinorAmount minor={amount} currency={currency} className="font-medium" />,
    },
    {
      id: 'taken',
      header: texts.taken,
      isNumber: true,
      cell: ({ amount_paise: paise }) => <Amount paise={paise} />,
    },
    {
      id: 'status',
      header: texts.status,
      phone: 'status',
      cell: ({ status, needs_attention: needsAttention }) => (
        <OrderBadge status={status} needsAttention={needsAttention} />
      ),
    },
    {
      id: 'payment',
      header: texts.payment,
      phone: 'detail',
      cell: ({ payment_id: id }) => (
        <Link to="/payments/$id" params={{ id }} className="link font-mono text-sm">
          {`…${id.slice(-8)}`}
        </Link>
      ),
    },
  ];
}
