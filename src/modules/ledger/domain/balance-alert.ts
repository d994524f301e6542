import { BookTable } from '../../../shared/book-table.js';
import type { LedgerHead } from './ledger.js';

/** The available balance below which a merchant gets `balance.low`. */
export interface BalanceAlert {
  /** Null: no event. */
  readonly thresholdPaise: bigint | null;
  /** Null: it was never set. */
  readonly updatedAt: Date | null;
}

/** Key: `''`. Every book is loaded with its threshold, in the head of the ledger. */
export const balanceAlerts = new BookTable<BalanceAlert>('balance_alerts');

/** The types of events about balances. */
export const BALANCE_EVENT_TYPES = ['balance.low'] as const;

/** Whether the balance has fallen below the threshold between these heads; false if it was below it before. */
export function fellBelow(before: LedgerHead, after: LedgerHead): boolean {
  const { lowBelowPaise = null } = after;
  return (
    lowBelowPaise !== null && before.balances.available >= lowBelowPaise && after.balances.available < lowBelowPaise
  );
}
