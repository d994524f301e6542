/** A key whose answer need not be remembered any more. */
export interface ExpiredKey {
  readonly merchantId: string;
  readonly key: string;
  readonly expiresAt: Date;
}

/**
 * The keys whose window has been over for more than an hour. The hour is for clocks that differ, and for the request
 * that is on its way while its key expires.
 */
export abstract class ExpiredKeys {
  /** Up to `limit` of them, oldest first, behind `after`. What it finds may be renewed at any moment. */
  abstract find(after: ExpiredKey | null, limit: number): Promise<ExpiredKey[]>;

  /**
   * Removes those of the keys that are still expired, under the book's lock. Does not wait for it.
   * @returns how many; null when another transaction holds the book
   */
  abstract remove(merchantId: string, keys: readonly string[]): Promise<number | null>;
}
