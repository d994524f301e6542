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
  const { ledger: texts } = useText();
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
          label={texts.statement}
          columns={columnsOf(texts)}
          rows={rowsOf(page)}
          keyOf={({ seq, account }) => `${seq} ${account}`}
          empty={error === null ? <EmptyState title={texts.empty} lead={texts.emptyLead} /> : null}
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
  const { ledger: texts } = useText();
  return (
    <StatusTabs
      label={texts.account}
      value={account ?? 'available'}
      onChange={(next) => onChange({ from, to, account: next })}
      choices={ACCOUNTS.map((each) => [each, texts.accounts[each]])}
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
  const { ledger: texts } = useText();
  const account = statement?.accounts[0];
  return (
    <Card>
      <dl className="grid divide-line max-sm:divide-y sm:grid-cols-2 sm:divide-x">
        <Figure name={texts.opening} paise={account?.opening_balance_paise} />
        <Figure name={texts.closing} paise={account?.closing_balance_paise} />
      </dl>
      <p className="border-t border-line px-4 py-2 text-sm text-muted">
        {texts.asOf} {statement ? <Time at={statement.as_of} isExact /> : <Skeleton className="h-4 w-40" />}
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

function columnsOf(texts: Catalogue['ledger']): readonly Column<EntryDocument>[] {
  return [
    { id: 'cause', header: texts.cause, phone: 'title', cell: (entry) => <Cause entry={entry} /> },
    { id: 'at', header: texts.at, phone: 'detail', cell: ({ created_at: at }) => <Time at={at} isInTable /> },
    { id: 'seq', header: texts.seq, isNumber: true, isExtra: true, cell: ({ seq }) => seq },
    {
      id: 'amount',
      header: texts.amount,
      isNumber: true,
      phone: 'amount',
      cell: ({ amount_paise: paise }) => <Amount paise={paise} isMovement className="font-medium" />,
    },
    {
      id: 'balance',
      header: texts.balance,
      isNumber: true,
      phone: 'status',
      cell: ({ balance_after_paise: paise }) => <Amount paise={paise} />,
    },
  ];
}
