/** The list that shows the payouts of all merchants. */
const OPERATORS = 'operators';

/** The name of a list in the list cache. @param merchantId null: the operators' */
export function listOf(merchantId: string | null): string {
  return merchantId ?? OPERATORS;
}

/** The lists that show any of these payouts. */
export function listsShowing(payouts: readonly { readonly merchantId: string }[]): ReadonlySet<string> {
  const lists = new Set(payouts.map(({ merchantId }) => listOf(merchantId)));
  return lists.size === 0 ? lists : lists.add(OPERATORS);
}
