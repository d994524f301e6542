/** The scope of lists that cover all merchants. */
const OPERATORS = 'operators';

/** The scope of somebody's lists in the list cache. @param merchantId null: the operators' */
export function listsOf(merchantId: string | null): string {
  return merchantId ?? OPERATORS;
}

/** The scopes of all lists that show something of these books. */
export function listsShowing(merchantIds: readonly string[]): string[] {
  return merchantIds.length === 0 ? [] : [...merchantIds, OPERATORS];
}
