import type { Database } from '../src/platform/database/connections/database.js';
import type { BenchMerchant } from './merchants.js';

/**
 * Somebody with a merchant's key who asks as a careful client does: again, with the same key, until there is an answer.
 */
export interface Customer {
  /** @returns the answer's status and body; a refusal is an answer, an error of the server is none */
  post(path: string, body: object, key: string): Promise<{ status: number; body: Record<string, unknown> }>;
}

export interface Compared {
  readonly findings: string[];
  readonly figures: string;
}

/** A fault of the other side, or of the way from it: a statement in its tables. $1: 0 to 99, drawn anew each time. */
export interface OtherSideFault {
  readonly what: string;
  /** Returns a row for each order or callback that it changed. */
  readonly sql: string;
}

/** What is asked for while everything goes wrong, and how both sides' books are compared in the end. */
export interface ChaosFlow {
  readonly what: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The other side's name. */
  readonly gateway: string;
  /** The other side's table: who locks it keeps the bank, or the provider, from answering. */
  readonly otherSide: string;
  /** Counts `orders` that have not ended, and `webhooks` that the other side has not delivered. */
  readonly open: string;
  /** What those are that have not ended: a line for each kind, as `what`. */
  readonly stuck: string;
  /** Counts the submissions of the merchant $1's orders, as `submissions`. */
  readonly submissions: string;
  /** Every few seconds until the end: the other side decides what it could not, and time that a run does not have passes. */
  readonly mends: readonly string[];
  /** Carries the other side's times from the database's clock at offset $1 to the one at offset $2: its own goes on. */
  readonly carriesTimes: readonly string[];
  /** What was being written just then by the clock before: it happens now. */
  readonly rightClock: readonly string[];
  /** What goes wrong at the other side beyond its own settings. */
  readonly otherSideFaults: readonly OtherSideFault[];
  ask(customer: Customer, merchant: BenchMerchant, index: number, dice: () => number): Promise<void>;
  compare(superuser: Database, asked: number): Promise<Compared>;
}
