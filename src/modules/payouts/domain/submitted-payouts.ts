import type { ChosenGateways } from '../../../shared/submissions/chosen-gateways.js';
import type { PayoutStatus } from './payout-status.js';

/** The part of a payout that is compared with what a bank has. */
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

/** Payouts, for the comparison with what banks have. */
export abstract class SubmittedPayouts {
  /** The payouts whose ids are among these references. */
  abstract known(references: readonly string[]): Promise<ComparedPayout[]>;
  /** The banks that were chosen for payouts of a period, slice by slice. */
  abstract banksOf(from: Date, to: Date): AsyncIterable<ChosenGateways>;
  /** The payouts of a period that the bank should have, by id: one slice, after the given id. */
  abstract submitted(gateway: string, from: Date, to: Date, after: string | null): Promise<ComparedPayout[]>;
}
