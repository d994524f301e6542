import { Injectable } from '@nestjs/common';
import { firstIdOf, isUuid } from '../../../shared/ids.js';
import type { ChosenGateways } from '../../../shared/submissions/chosen-gateways.js';
import { BEFORE_ALL_IDS, Database } from '../../../platform/database/database.public.js';
import { chosenGateways } from '../../../platform/orders/orders.public.js';
import { type ComparedPayout, SubmittedPayouts } from '../domain/submitted-payouts.js';
import type { PayoutStatus } from '../domain/payout-status.js';

interface Row {
  readonly merchant_id: string;
  readonly id: string;
  readonly status: PayoutStatus;
  readonly attempts: number;
  readonly amount_paise: string;
  readonly gateway: string | null;
  readonly created_at: Date;
}

const COLUMNS = 'merchant_id, id, status, attempts, amount_paise, gateway, created_at';
const KNOWN = `SELECT ${COLUMNS} FROM payouts WHERE id = ANY ($1::uuid[])`;

/**
 * Payouts that were rejected, or never accepted, need not be at the bank. An id begins with the time of its creation.
 */
const SUBMITTED = `
  SELECT ${COLUMNS} FROM payouts
  WHERE id > $2::uuid AND id < $3::uuid AND gateway = $1 AND attempts > 0 AND status IN ('processing', 'completed', 'reversed')
  ORDER BY id LIMIT 500`;

@Injectable()
export class SqlSubmittedPayouts extends SubmittedPayouts {
  constructor(private readonly database: Database) {
    super();
  }

  override async known(references: readonly string[]): Promise<ComparedPayout[]> {
    return (await this.database.query<Row>(KNOWN, [references.filter(isUuid)])).map(payoutOf);
  }

  override banksOf(from: Date, to: Date): AsyncIterable<ChosenGateways> {
    return chosenGateways(this.database, 'payouts', { from, to });
  }

  override async submitted(gateway: string, from: Date, to: Date, after: string | null): Promise<ComparedPayout[]> {
    const start = after ?? (from.getTime() <= 0 ? BEFORE_ALL_IDS : firstIdOf(from));
    return (await this.database.query<Row>(SUBMITTED, [gateway, start, firstIdOf(to)])).map(payoutOf);
  }
}

function payoutOf({ merchant_id, amount_paise, created_at, ...row }: Row): ComparedPayout {
  const { id, status, attempts, gateway } = row;
  const merchantId = merchant_id;
  const amountPaise = BigInt(amount_paise);
  return { merchantId, id, status, attempts, amountPaise, gateway, createdAt: created_at };
}
