import type { ChosenGateways } from '../../../shared/submissions/chosen-gateways.js';
import type { PayoutStatus } from './payout-status.js';

/** What is compared of a payout with what a bank has. */
export interface ComparedPayout {
  readonly merchantId: string;
  readonly id: string;
  readonly status: PayoutStatus;
  readonly attempts: number;
  readonly amountPaise: bigint;
  /** Null: no bank has it. */
  readonly gateway: string | null;
  readonly createdAt: Date;
}

/** Payouts by what banks have of them. */
export abstract class SubmittedPayouts {
  /** Those of these references that are ids of payouts. */
  abstract known(references: readonly string[]): Promise<ComparedPayout[]>;
  /** The banks that were chosen for payouts of a period, slice by slice. */
  abstract banksOf(from: Date, to: Date): AsyncIterable<ChosenGateways>;
  /** Those of a period that the bank should have, by their ids: a slice behind one of them. */
  abstract submitted(gateway: string, from: Date, to: Date, after: string | null): Promise<ComparedPayout[]>;
}
