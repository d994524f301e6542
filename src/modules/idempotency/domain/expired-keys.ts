/** A key whose answer need not be remembered any more. */
export interface ExpiredKey {
  readonly merchantId: string;
  readonly key: string;
  /** As text: where a sweep goes on. */
  readonly expiresAt: string;
}

/**
 * The keys whose window has been over for more than an hour, by the database's clock and by live time. The hour is for
 * the request that is on its way while its key expires.
 */
export abstract class ExpiredKeys {
  /** Up to `limit` of them, oldest first, behind `after`. What it finds may be removed, and used anew, at any moment. */
  abstract find(after: ExpiredKey | null, limit: number): Promise<ExpiredKey[]>;

  /**
   * Removes those of the keys whose window is over still, under the book's lock. Does not wait for it.
   * @returns how many; null when another transaction holds the book
   */
  abstract remove(merchantId: string, keys: readonly string[]): Promise<number | null>;
}
