import { queryOptions, useQuery } from '@tanstack/react-query';
import { getBankAccount } from '../../api/generated/sdk.gen.ts';
import { useLanguage, useText } from '../../text/language.ts';
import { FixedFilter, FlagFilter } from '../../ui/filter-chip.tsx';
import { ChoiceFilter, Filters, TextFilter } from '../../ui/filters.tsx';
import { AmountFilter, PeriodFilter } from '../../ui/range-filters.tsx';
import { countText, StatusTabs, sumOf } from '../../ui/status-tabs.tsx';
import { PAYOUT_STATUSES, type PayoutFilters, WAITING_FOR } from './payout-filters.ts';
import { payoutCounts } from './payout-list.ts';

interface PayoutFilterBarProps {
  readonly filters: PayoutFilters;
  readonly onFilter: (filters: PayoutFilters) => void;
}

/** Each status with the number of payouts that match the other filters. */
export function PayoutTabs({ filters, onFilter }: PayoutFilterBarProps) {
  const { payoutLists: texts, statuses } = useText();
  const counts = useQuery(payoutCounts(filters)).data?.counts;
  const countOf = (status: string | undefined) =>
    status === undefined ? counts && sumOf(counts) : counts?.find((each) => each.status === status);
  return (
    <StatusTabs
      label={texts.status}
      value={filters.status}
      onChange={(status) => onFilter({ ...filters, status })}
      choices={PAYOUT_STATUSES.map((status) => [status, statuses[status]])}
      countOf={countOf}
    />
  );
}

/** All filters except the status. */
export function PayoutFilterBar({ filters, onFilter }: PayoutFilterBarProps) {
  const { payoutLists: texts, payouts, shell } = useText();
  const language = useLanguage();
  const waiting = useQuery(payoutCounts(filters)).data?.needs_attention;
  const { bank_account_id: account, ...others } = filters;
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const set = (change: PayoutFilters): void => onFilter({ ...filters, ...change });
  return (
    <Filters onClear={isFiltered ? () => onFilter({}) : undefined}>
      {account !== undefined && <AccountFilter id={account} onClear={() => onFilter(others)} />}
      <PeriodFilter
        label={shell.filters.date}
        from={filters.created_from}
        to={filters.created_to}
        onChange={({ from, to }) => set({ created_from: from, created_to: to })}
      />
      <AmountFilter
        label={payouts.amount}
        from={filters.amount_from}
        to={filters.amount_to}
        hint={shell.filters.amountPeriod}
        onChange={({ from, to }) => set({ amount_from: from, amount_to: to })}
      />
      <TextFilter
        label={payouts.reference}
        value={filters.reference_id}
        onChange={(reference) => set({ reference_id: reference })}
      />
      <TextFilter label={payouts.utr} value={filters.utr} onChange={(utr) => set({ utr })} />
      <ChoiceFilter
        label={texts.waitingFor}
        value={filters.waiting_for}
        onChange={(reason) => set({ waiting_for: reason })}
        choices={WAITING_FOR.map((reason) => [reason, texts.waits[reason]])}
      />
      <FlagFilter
        label={texts.needsAttention}
        isOn={filters.needs_attention === 'true'}
        count={waiting && countText(waiting, language)}
        onChange={(isOn) => set({ needs_attention: isOn ? 'true' : undefined })}
      />
      <FlagFilter
        label={texts.includeArchived}
        isOn={filters.include_archived === 'true'}
        onChange={(isOn) => set({ include_archived: isOn ? 'true' : undefined })}
      />
    </Filters>
  );
}

const accountOf = (id: string) =>
  queryOptions({ queryKey: ['bank-accounts', id], queryFn: ({ signal }) => getBankAccount({ path: { id }, signal }) });

/** Set by a link on the page of bank accounts. */
function AccountFilter({ id, onClear }: { readonly id: string; readonly onClear: () => void }) {
  const { payouts } = useText();
  const { data } = useQuery(accountOf(id));
  return <FixedFilter label={payouts.account} shown={data?.account_holder_name ?? '…'} onClear={onClear} />;
}
