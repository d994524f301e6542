import { useQuery } from '@tanstack/react-query';
import type { EntryDocument, StatementDocument } from '../../api/generated/types.gen.ts';
import type { Catalogue } from '../../text/catalogue.ts';
import { useText } from '../../text/language.ts';
import { Amount } from '../../ui/amount.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Filters } from '../../ui/filters.tsx';
import { Pager } from '../../ui/pager.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { PeriodFilter } from '../../ui/range-filters.tsx';
import { rowsOf } from '../../ui/rows.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusTabs } from '../../ui/status-tabs.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { Cause } from './cause.tsx';
import { PrintedHead } from './printed-head.tsx';
import { ACCOUNTS, statement, statementFile, type StatementFilters } from './statement.ts';

interface StatementProps {
  readonly filters: StatementFilters;
  readonly onChange: (filters: StatementFilters) => void;
}

/** One account over a period: the opening balance, each line with the balance after it, and the closing balance. */
export function Statement({ filters, onChange }: StatementProps) {
  const { ledger: words } = useText();
  const page = useQuery(statement(filters));
  const { data, error, refetch } = page;
  const shown = page.isPlaceholderData ? undefined : data?.statement;
  return (
    <>
      <PrintedHead filters={filters} isPart={(data?.previous_cursor ?? data?.next_cursor ?? null) !== null} />
      {error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      {(error === null || data !== undefined) && <Balances statement={shown ?? undefined} />}
      <Card>
        <Table
          name="statement"
          label={words.statement}
          columns={columnsOf(words)}
          rows={rowsOf(page)}
          keyOf={({ seq, account }) => `${seq} ${account}`}
          empty={error === null ? <EmptyState title={words.empty} lead={words.emptyLead} /> : null}
          tabs={<AccountTabs filters={filters} onChange={onChange} />}
          toolbar={<StatementFilter filters={filters} onChange={onChange} />}
          csv={statementFile(filters)}
          footer={
            <Pager
              previous={data?.previous_cursor}
              next={data?.next_cursor}
              onTurn={(cursor) => onChange({ ...filters, cursor })}
            />
          }
        />
      </Card>
    </>
  );
}

function AccountTabs({ filters: { account, from, to }, onChange }: StatementProps) {
  const { ledger: words } = useText();
  return (
    <StatusTabs
      label={words.account}
      value={account ?? 'available'}
      onChange={(next) => onChange({ from, to, account: next })}
      choices={ACCOUNTS.map((each) => [each, words.accounts[each]])}
      isRequired
    />
  );
}

function StatementFilter({ filters: { account, from, to }, onChange }: StatementProps) {
  const { shell } = useText();
  return (
    <Filters onClear={undefined}>
      <PeriodFilter
        label={shell.filters.date}
        from={from}
        to={to}
        onChange={(period) => onChange({ account, ...period })}
      />
    </Filters>
  );
}

function Balances({ statement }: { readonly statement: StatementDocument | undefined }) {
  const { ledger: words } = useText();
  const account = statement?.accounts[0];
  return (
    <Card>
      <dl className="grid divide-line max-sm:divide-y sm:grid-cols-2 sm:divide-x">
        <Figure name={words.opening} paise={account?.opening_balance_paise} />
        <Figure name={words.closing} paise={account?.closing_balance_paise} />
      </dl>
      <p className="border-t border-line px-4 py-2 text-sm text-muted">
        {words.asOf} {statement ? <Time at={statement.as_of} isExact /> : <Skeleton className="h-4 w-40" />}
      </p>
    </Card>
  );
}

function Figure({ name, paise }: { readonly name: string; readonly paise: number | undefined }) {
  return (
    <div className="grid gap-1 p-4">
      <dt className="text-muted">{name}</dt>
      <dd className="text-xl font-semibold">
        {paise === undefined ? <Skeleton className="h-6 w-32" /> : <Amount paise={paise} />}
      </dd>
    </div>
  );
}

function columnsOf(words: Catalogue['ledger']): readonly Column<EntryDocument>[] {
  return [
    { id: 'cause', header: words.cause, phone: 'title', cell: (entry) => <Cause entry={entry} /> },
    { id: 'at', header: words.at, phone: 'detail', cell: ({ created_at: at }) => <Time at={at} isInTable /> },
    { id: 'seq', header: words.seq, isNumber: true, isExtra: true, cell: ({ seq }) => seq },
    {
      id: 'amount',
      header: words.amount,
      isNumber: true,
      phone: 'amount',
      cell: ({ amount_paise: paise }) => <Amount paise={paise} isMovement className="font-medium" />,
    },
    {
      id: 'balance',
      header: words.balance,
      isNumber: true,
      phone: 'status',
      cell: ({ balance_after_paise: paise }) => <Amount paise={paise} />,
    },
  ];
}
