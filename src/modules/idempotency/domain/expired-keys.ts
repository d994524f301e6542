/** A key whose answer need not be remembered any more. */
export interface ExpiredKey {
  readonly merchantId: string;
  readonly key: string;
  /** As text: where a sweep continues. */
  readonly expiresAt: string;
}

/**
 * The keys whose window has been over for more than an hour, by the database's clock and by live time. The hour is for
 * a request that is on its way while its key expires.
 */
export abstract class ExpiredKeys {
  /**
   * Up to `limit` of them, oldest first, after `after`. A key may be removed and used again at any moment after it was
   * found.
   */
  abstract find(after: ExpiredKey | null, limit: number): Promise<ExpiredKey[]>;

  /**
   * Removes those of the keys whose window is still over, under the book's lock. Does not wait for the lock.
   * @returns how many; null when another transaction holds the book
   */
  abstract remove(merchantId: string, keys: readonly string[]): Promise<number | null>;
}
