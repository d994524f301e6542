import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { updateBankAccount } from '../../api/generated/sdk.gen.ts';
import type { BankAccountDocument } from '../../api/generated/types.gen.ts';
import type { Catalogue } from '../../text/catalogue.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Filters, SearchFilter } from '../../ui/filters.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Badge } from '../../ui/status-badge.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { AccountName } from './account-name.tsx';
import { bankAccounts, matches } from './bank-accounts.ts';

interface AccountsTableProps {
  readonly search: string | undefined;
  readonly onSearch: (search: string | undefined) => void;
}

/** The accounts that can be paid. */
export function AccountsTable({ search, onSearch }: AccountsTableProps) {
  const { bankAccounts: texts } = useText();
  const { data, error, refetch } = useQuery(bankAccounts);
  if (data === undefined && error !== null) return <ProblemMessage error={error} onRetry={() => void refetch()} />;
  const isNone = data?.length === 0;
  return (
    <Card>
      <Table
        name="bank-accounts"
        label={texts.accounts}
        columns={columnsOf(texts)}
        rows={search === undefined ? data : data?.filter((account) => matches(account, search))}
        keyOf={({ id }) => id}
        empty={<EmptyState title={isNone ? texts.none : texts.noMatch} lead={isNone ? texts.noneLead : undefined} />}
        toolbar={
          <Filters onClear={search === undefined ? undefined : () => onSearch(undefined)}>
            <SearchFilter label={texts.find} placeholder={texts.findHint} value={search} onChange={onSearch} />
          </Filters>
        }
      />
    </Card>
  );
}

function columnsOf(texts: Catalogue['bankAccounts']): readonly Column<BankAccountDocument>[] {
  return [
    { id: 'account', header: texts.account, phone: 'title', cell: (account) => <AccountName account={account} /> },
    {
      id: 'state',
      header: texts.state,
      phone: 'amount',
      cell: ({ is_active: isActive }) => (
        <Badge tone={isActive ? 'good' : 'plain'}>{isActive ? texts.active : texts.inactive}</Badge>
      ),
    },
    {
      id: 'created',
      header: texts.registered,
      phone: 'detail',
      cell: ({ created_at: at }) => <Time at={at} isInTable />,
    },
    {
      id: 'payouts',
      header: texts.payouts,
      cell: ({ id }) => (
        <Link to="/payouts" search={{ bank_account_id: id }} className="link whitespace-nowrap">
          {texts.showPayouts}
        </Link>
      ),
    },
    { id: 'change', header: texts.changes, phone: 'status', cell: (account) => <ActivityButton account={account} /> },
  ];
}

/** An inactive account refuses new payouts; its payouts that no bank has yet wait. */
function ActivityButton({ account: { id, is_active: isActive } }: { readonly account: BankAccountDocument }) {
  const { bankAccounts: texts } = useText();
  const queries = useQueryClient();
  const changing = useMutation({
    mutationFn: () => updateBankAccount({ path: { id }, body: { is_active: !isActive } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['bank-accounts'] }),
  });
  return (
    <span className="grid justify-items-start gap-1">
      <Button size="small" isBusy={changing.isPending} onClick={() => changing.mutate()}>
        {isActive ? texts.deactivate : texts.activate}
      </Button>
      {changing.error !== null && <ProblemMessage error={changing.error} />}
    </span>
  );
}
