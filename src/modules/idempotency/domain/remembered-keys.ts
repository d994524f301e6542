/** Which keys are remembered, outside the write path. */
export abstract class RememberedKeys {
  /** Whether it has an answer: what comes under it again is a repeat. */
  abstract has(merchantId: string, key: string): Promise<boolean>;
  /** The id of what was made under it, as it was sent: in quotes, say. Null: nothing was, or it is forgotten. */
  abstract madeUnder(merchantId: string, key: string): Promise<string | null>;
  /** @returns the number of a merchant's keys, and `upTo` when there are more: so many rows are looked at */
  abstract count(merchantId: string, upTo: number): Promise<number>;
}
