import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ListedMerchantDocument } from '../../api/generated/types.gen.ts';
import type { Catalogue } from '../../text/catalogue.ts';
import { useText } from '../../text/language.ts';
import { Amount } from '../../ui/amount.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Filters, SearchFilter } from '../../ui/filters.tsx';
import { Pager } from '../../ui/pager.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { rowsOf } from '../../ui/rows.ts';
import { Badge } from '../../ui/status-badge.tsx';
import { StatusTabs } from '../../ui/status-tabs.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { type MerchantFilters, merchants } from './queries.ts';

interface MerchantsTableProps {
  readonly filters: MerchantFilters;
  readonly onChange: (filters: MerchantFilters) => void;
}

/** The merchants whose money Bahi holds, and how much of it. */
export function MerchantsTable({ filters, onChange }: MerchantsTableProps) {
  const { operators: texts } = useText();
  const page = useQuery(merchants(filters));
  const { data, error, refetch } = page;
  const { search, state } = filters;
  return (
    <Card>
      {error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      <Table
        name="merchants"
        label={texts.merchants}
        columns={columnsOf(texts)}
        rows={rowsOf(page)}
        keyOf={({ id }) => id}
        empty={error === null ? <EmptyState title={texts.noMerchants} lead={texts.noMerchantsLead} /> : null}
        tabs={
          <StatusTabs
            label={texts.state}
            value={state}
            onChange={(next) => onChange({ search, state: next })}
            choices={[
              ['active', texts.active],
              ['inactive', texts.inactive],
            ]}
          />
        }
        toolbar={
          <Filters onClear={search === undefined ? undefined : () => onChange({ state })}>
            <SearchFilter
              label={texts.search}
              placeholder={texts.searchHint}
              value={search}
              onChange={(next) => onChange({ state, search: next })}
            />
          </Filters>
        }
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

function columnsOf(texts: Catalogue['operators']): readonly Column<ListedMerchantDocument>[] {
  return [
    {
      id: 'name',
      header: texts.name,
      phone: 'title',
      cell: ({ id, name, email }) => (
        <span className="grid min-w-0">
          <Link to="/merchants/$id" params={{ id }} className="link truncate font-medium">
            <bdi>{name}</bdi>
          </Link>
          <bdi className="truncate text-sm text-muted">{email}</bdi>
        </span>
      ),
    },
    {
      id: 'available',
      header: texts.available,
      isNumber: true,
      phone: 'amount',
      cell: ({ available_paise: paise }) => <Amount paise={paise} className="font-medium" />,
    },
    { id: 'held', header: texts.held, isNumber: true, cell: ({ held_paise: paise }) => <Amount paise={paise} /> },
    {
      id: 'state',
      header: texts.state,
      phone: 'status',
      cell: ({ is_active: isActive }) => <State isActive={isActive} />,
    },
    { id: 'created', header: texts.created, cell: ({ created_at: at }) => <Time at={at} isInTable /> },
  ];
}

export function State({ isActive }: { readonly isActive: boolean }) {
  const { operators: texts } = useText();
  return <Badge tone={isActive ? 'good' : 'warn'}>{isActive ? texts.active : texts.inactive}</Badge>;
}
