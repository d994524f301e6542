import { BookTable } from '../../../shared/book-table.js';
import type { LedgerHead } from './ledger.js';

/** Below which available balance a merchant gets `balance.low`. */
export interface BalanceAlert {
  /** Null: below none. */
  readonly thresholdPaise: bigint | null;
  /** Null: it was never set. */
  readonly updatedAt: Date | null;
}

/** Key: `''`. The head of the ledger brings the threshold along with every book. */
export const balanceAlerts = new BookTable<BalanceAlert>('balance_alerts');

/** The types of events about balances. */
export const BALANCE_EVENT_TYPES = ['balance.low'] as const;

/** Whether the balance has fallen below the threshold between these heads: not where it was below it before. */
export function fellBelow(before: LedgerHead, after: LedgerHead): boolean {
  const { lowBelowPaise = null } = after;
  return (
    lowBelowPaise !== null && before.balances.available >= lowBelowPaise && after.balances.available < lowBelowPaise
  );
}
