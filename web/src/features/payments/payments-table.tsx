import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { PaymentDocument } from '../../api/generated/types.gen.ts';
import type { Catalogue } from '../../text/catalogue.ts';
import { useText } from '../../text/language.ts';
import { Amount } from '../../ui/amount.tsx';
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
import { PaymentFilters as Filters, PaymentTabs } from './payment-filters.tsx';
import { isFiltered, type PaymentFilters, payments, paymentsFile } from './queries.ts';

interface PaymentsTableProps {
  readonly filters: PaymentFilters;
  readonly onChange: (filters: PaymentFilters) => void;
  readonly showOwner: ShowOwner | undefined;
}

/** Money in: one page of the payments that match the filters. */
export function PaymentsTable({ filters, onChange, showOwner }: PaymentsTableProps) {
  const { payments: texts, shell } = useText();
  const page = useQuery(payments(filters));
  const { data, error, refetch } = page;
  const empty = isFiltered(filters) ? (
    <EmptyState title={texts.noneMatch} lead={texts.noneMatchLead} />
  ) : (
    <EmptyState title={texts.empty} lead={texts.emptyLead} />
  );
  return (
    <Card>
      {error !== null && (
        <div className="p-3">
          <ProblemMessage error={error} onRetry={() => void refetch()} />
        </div>
      )}
      <Table
        name={showOwner === undefined ? 'payments' : 'payments-of-all'}
        label={texts.payments}
        columns={withOwner(columnsOf(texts), shell.table.merchant, showOwner)}
        rows={rowsOf(page)}
        keyOf={({ id }) => id}
        empty={error === null ? empty : null}
        tabs={<PaymentTabs values={filters} onChange={onChange} />}
        toolbar={<Filters values={filters} onChange={onChange} />}
        csv={paymentsFile(filters)}
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

function columnsOf(texts: Catalogue['payments']): readonly Column<PaymentDocument>[] {
  return [
    {
      id: 'payer',
      header: texts.payer,
      phone: 'title',
      cell: ({ id, customer, description }) => (
        <Link to="/payments/$id" params={{ id }} className="link clip font-medium">
          <bdi>{customer?.name ?? description ?? texts.payment}</bdi>
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
      id: 'credited',
      header: texts.credited,
      isNumber: true,
      cell: ({ receipt }) => (receipt === null ? '–' : <Amount paise={receipt.credited_paise} />),
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
      id: 'reference',
      header: texts.reference,
      isExtra: true,
      cell: ({ reference_id: reference }) => <bdi className="clip max-w-40">{reference ?? '–'}</bdi>,
    },
    {
      id: 'created',
      header: texts.created,
      phone: 'detail',
      cell: ({ created_at: at }) => <Time at={at} isInTable />,
    },
  ];
}
