import { Injectable } from '@nestjs/common';
import { grouped } from '../../../shared/grouped.js';
import { type ExpiredKey, ExpiredKeys } from '../domain/expired-keys.js';

/** The most keys that one query finds, and so the most that one transaction removes while it holds a book. */
const SLICE = 500;

/**
 * Removes keys whose window is over. A crash between two slices leaves keys for the next tick. A key that was removed
 * and used again between finding and removing is kept: each is checked again under the book's lock.
 */
@Injectable()
export class ReapExpiredKeys {
  constructor(private readonly keys: ExpiredKeys) {}

  /** @returns how many keys were removed. If another transaction holds a book, its keys are left for the next run. */
  async execute(): Promise<number> {
    let removed = 0;
    let found: ExpiredKey[] = [];
    do {
      found = await this.keys.find(found.at(-1) ?? null, SLICE);
      for (const [merchantId, expired] of grouped(found, (key) => key.merchantId)) {
        const keys = expired.map(({ key }) => key);
        removed += (await this.keys.remove(merchantId, keys)) ?? 0;
      }
    } while (found.length === SLICE);
    return removed;
  }
}
