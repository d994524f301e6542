import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { exportLedger, listLedgerEntries } from '../../api/generated/sdk.gen.ts';
import type { EntryDocument, ExportLedgerData, ListLedgerEntriesData } from '../../api/generated/types.gen.ts';
import { endOfDay, startOfDay } from '../../text/days.ts';

export type Account = EntryDocument['account'];

export const ACCOUNTS: readonly Account[] = ['available', 'held', 'paid_out', 'received', 'fees', 'taxes'];

/** The filters in the address; the days are days in India, both included. */
export interface StatementFilters {
  readonly account?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cursor?: string;
}

const LINES = 50;

export const statement = ({ account = 'available', from, to, cursor }: StatementFilters) =>
  queryOptions({
    queryKey: ['ledger', 'statement', account, from, to, cursor],
    queryFn: ({ signal }) =>
      listLedgerEntries({
        query: {
          account,
          cursor,
          limit: LINES,
          from: startOfDay(from),
          to: endOfDay(to),
        } as ListLedgerEntriesData['query'],
        signal,
      }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });

/** Every line of the period, the oldest first. */
export const statementFile =
  ({ account = 'available', from, to }: StatementFilters) =>
  () =>
    exportLedger({ query: { account, from: startOfDay(from), to: endOfDay(to) } as ExportLedgerData['query'] });

/** The entries that one cause has made, in all accounts. */
export const entriesOf = (cause: string) =>
  queryOptions({
    queryKey: ['ledger', 'cause', cause],
    queryFn: ({ signal }) => listLedgerEntries({ query: { cause, limit: 100 }, signal }),
  });
