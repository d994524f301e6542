/** The lists that show what belongs to all merchants. */
const OPERATORS = 'operators';

/** Whose lists they are, as the list cache knows it. @param merchantId null: the operators' */
export function listsOf(merchantId: string | null): string {
  return merchantId ?? OPERATORS;
}

/** All lists that show something of these books. */
export function listsShowing(merchantIds: readonly string[]): string[] {
  return merchantIds.length === 0 ? [] : [...merchantIds, OPERATORS];
}
