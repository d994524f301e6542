/** The list that shows the payouts of all merchants. */
const OPERATORS = 'operators';

/** The name of a list in the list cache. @param merchantId null: the operators' */
export function listOf(merchantId: string | null): string {
  return merchantId ?? OPERATORS;
}

/** The lists that show payouts of these merchants. */
export function listsOf(merchantIds: readonly string[]): string[] {
  return merchantIds.length === 0 ? [] : [...merchantIds, OPERATORS];
}
