/** Reads of the remembered keys, outside the write path. */
export abstract class RememberedKeys {
  /** Whether the key has an answer: a further request with it is then a repeat. */
  abstract has(merchantId: string, key: string): Promise<boolean>;
  /**
   * The id of the object created under the key as it was sent (in quotes, for example). Null: nothing was created, or
   * the key is forgotten.
   */
  abstract madeUnder(merchantId: string, key: string): Promise<string | null>;
  /** @returns the number of a merchant's keys, or `upTo` when there are more; reads at most that many rows */
  abstract count(merchantId: string, upTo: number): Promise<number>;
}
