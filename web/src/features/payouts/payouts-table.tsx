import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { PayoutDocument } from '../../api/generated/types.gen.ts';
import { serviceNow } from '../../api/service-clock.ts';
import type { Catalogue } from '../../text/catalogue.ts';
import { withPeriod } from '../../text/days.ts';
import { useText } from '../../text/language.ts';
import { Amount } from '../../ui/amount.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { type ShowOwner, withOwner } from '../../ui/owner.ts';
import { Pager } from '../../ui/pager.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { rowsOf } from '../../ui/rows.ts';
import { OrderBadge } from '../../ui/status-badge.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { PayoutFilterBar, PayoutTabs } from './payout-filter-bar.tsx';
import type { PayoutFilters } from './payout-filters.ts';
import { payoutList, payoutsFile } from './payout-list.ts';

interface PayoutsTableProps {
  readonly filters: PayoutFilters;
  readonly cursor: string | undefined;
  /** Puts them into the address. A changed filter starts at the first page. */
  readonly onAddress: (filters: PayoutFilters, cursor: string | undefined) => void;
  readonly showOwner: ShowOwner | undefined;
}

/** One page of the payouts that the address names. */
export function PayoutsTable({ filters, cursor, onAddress, showOwner }: PayoutsTableProps) {
  const t = useText();
  const { payoutLists: texts } = t;
  const page = useQuery(payoutList(filters, cursor));
  const { data, error, refetch } = page;
  const filter = (next: PayoutFilters): void => onAddress(withPeriod(next, serviceNow()), undefined);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const empty = isFiltered ? (
    <EmptyState title={texts.noneMatch} lead={texts.noneMatchLead} />
  ) : (
    <EmptyState title={texts.none} lead={texts.noneLead} />
  );
  return (
    <Card>
      {error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      <Table
        name={showOwner === undefined ? 'payouts' : 'payouts-of-all'}
        label={texts.title}
        columns={withOwner(columnsOf(t), t.shell.table.merchant, showOwner, ['reference'])}
        rows={rowsOf(page)}
        keyOf={({ id }) => id}
        empty={error === null ? empty : null}
        tabs={<PayoutTabs filters={filters} onFilter={filter} />}
        toolbar={<PayoutFilterBar filters={filters} onFilter={filter} />}
        csv={payoutsFile(filters)}
        footer={
          <Pager
            previous={data?.previous_cursor}
            next={data?.next_cursor}
            onTurn={(turned) => onAddress(filters, turned)}
          />
        }
      />
    </Card>
  );
}

function columnsOf({ payouts, payoutLists: texts }: Catalogue): readonly Column<PayoutDocument>[] {
  return [
    {
      id: 'recipient',
      header: payouts.recipient,
      phone: 'title',
      cell: ({ id, recipient }) => (
        <Link to="/payouts/$id" params={{ id }} className="link clip font-medium" title={recipient.name}>
          <bdi>{recipient.name}</bdi>
        </Link>
      ),
    },
    {
      id: 'account',
      header: payouts.account,
      cell: ({ recipient }) => (
        <span className="whitespace-nowrap text-muted">
          {recipient.vpa ?? payouts.accountEnding(recipient.account_number_last4 ?? '')}
        </span>
      ),
    },
    {
      id: 'amount',
      header: payouts.amount,
      isNumber: true,
      phone: 'amount',
      cell: ({ amount_paise: paise }) => <Amount paise={paise} className="font-medium" />,
    },
    {
      id: 'status',
      header: texts.status,
      phone: 'status',
      cell: ({ status, needs_attention: needsAttention }) => (
        <OrderBadge status={status} needsAttention={needsAttention} />
      ),
    },
    { id: 'mode', header: payouts.mode, isExtra: true, cell: ({ mode }) => mode },
    {
      id: 'requested',
      header: payouts.requested,
      phone: 'detail',
      cell: ({ created_at: at }) => <Time at={at} isInTable />,
    },
    {
      id: 'reference',
      header: payouts.reference,
      cell: ({ reference_id: reference }) => <bdi className="clip max-w-24 xl:max-w-40">{reference}</bdi>,
    },
    {
      id: 'utr',
      header: payouts.utr,
      isExtra: true,
      cell: ({ utr }) => <span className="whitespace-nowrap">{utr}</span>,
    },
    {
      id: 'narration',
      header: payouts.narration,
      isExtra: true,
      cell: ({ narration }) => <bdi className="clip">{narration}</bdi>,
    },
  ];
}
