/** How many keys are remembered. */
export abstract class RememberedKeys {
  /** @returns the number of a merchant's keys, and `upTo` when there are more: so many rows are looked at */
  abstract count(merchantId: string, upTo: number): Promise<number>;
}
