import { queryOptions } from '@tanstack/react-query';
import { getBankAccount, listBankAccounts } from '../../api/generated/sdk.gen.ts';
import type { BankAccountDocument } from '../../api/generated/types.gen.ts';

const PAGE = 100;
/** Nobody chooses from a longer list than this. */
const MOST = 1_000;

/** All accounts to choose from, the newest first. */
export const bankAccounts = queryOptions({
  queryKey: ['bank-accounts', 'all'],
  queryFn: async ({ signal }) => {
    const all: BankAccountDocument[] = [];
    let cursor: string | undefined;
    do {
      const page = await listBankAccounts({ query: { limit: PAGE, cursor }, signal });
      all.push(...page.results);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined && all.length < MOST);
    return all;
  },
});

export const bankAccount = (id: string) =>
  queryOptions({ queryKey: ['bank-accounts', id], queryFn: ({ signal }) => getBankAccount({ path: { id }, signal }) });

/**
 * Whether each word of the search is in the name, the last digits or the VPA, or begins the IFSC. An IFSC ends with
 * digits too: if they counted, a search for an account by its last digits would also find accounts that end otherwise.
 */
export function matches(account: BankAccountDocument, search: string): boolean {
  const { account_holder_name: name, account_number_last4: last4, ifsc, vpa } = account;
  const text = [name, last4, vpa].filter(Boolean).join(' ').toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word) || ifsc?.toLocaleLowerCase().startsWith(word));
}
