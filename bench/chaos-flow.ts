import type { Database } from '../src/platform/database/connections/database.js';
import type { BenchMerchant } from './merchants.js';

/** A careful client with a merchant's key: it repeats a request, with the same key, until there is an answer. */
export interface Customer {
  /** @returns the answer's status and body; a refusal is an answer, a server error is not */
  post(path: string, body: object, key: string): Promise<{ status: number; body: Record<string, unknown> }>;
}

export interface Compared {
  readonly findings: string[];
  readonly figures: string;
}

/** A fault of the other side, or on the way from it: a statement on its tables. $1: 0 to 99, drawn each time. */
export interface OtherSideFault {
  readonly what: string;
  /** Returns a row for each order or callback that it changed. */
  readonly sql: string;
}

/** What is requested while everything goes wrong, and how both sides' books are compared at the end. */
export interface ChaosFlow {
  readonly what: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The other side's name. */
  readonly gateway: string;
  /** The other side's table: while it is locked, the bank or provider cannot answer. */
  readonly otherSide: string;
  /** Counts the `orders` that have not ended, and the `webhooks` that the other side has not delivered. */
  readonly open: string;
  /** Describes the orders that have not ended: a line for each kind, as `what`. */
  readonly stuck: string;
  /** Counts the submissions of merchant $1's orders, as `submissions`. */
  readonly submissions: string;
  /**
   * Run every few seconds until the end: the other side decides what it left open, and waits that are longer than a run
   * are skipped.
   */
  readonly mends: readonly string[];
  /**
   * Moves the other side's times from the database's clock at offset $1 to the one at offset $2, because its own clock
   * does not jump.
   */
  readonly carriesTimes: readonly string[];
  /** Corrects what was just being written by the wrong clock: it is dated now. */
  readonly rightClock: readonly string[];
  /** Faults of the other side beyond those of its own settings. */
  readonly otherSideFaults: readonly OtherSideFault[];
  ask(customer: Customer, merchant: BenchMerchant, index: number, dice: () => number): Promise<void>;
  compare(superuser: Database, asked: number): Promise<Compared>;
}
