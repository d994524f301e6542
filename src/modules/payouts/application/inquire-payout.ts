import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { BankGateways } from '../../gateways/gateways.public.js';
import { PayoutReader } from '../domain/payout-reader.js';
import type { PayoutState } from '../domain/payout-state.js';
import { NotSubmitted } from '../domain/refusals.js';
import { inquireAbout } from './bank-calls.js';
import { SettlePayout } from './settle-payout.js';

/**
 * An operator asks the bank now what became of a payout, even one that has ended, because its money may have come back.
 * The bank is asked outside any transaction, and its answer is settled like that of a recovery inquiry. If the same
 * answer also comes from a second request, from recovery or by callback, the later one changes nothing. After a crash
 * nothing has happened.
 */
@Injectable()
export class InquirePayout {
  constructor(
    private readonly payouts: PayoutReader,
    private readonly banks: BankGateways,
    private readonly settlement: SettlePayout,
  ) {}

  /**
   * @param merchantId null: any merchant's payout
   * @throws PayoutNotFound, NotSubmitted, Overloaded
   */
  async execute(merchantId: string | null, id: string, origin: Origin): Promise<PayoutState> {
    const seen = await this.payouts.get(merchantId, id);
    if (seen.gateway === null) throw new NotSubmitted(seen.status);
    const { call, answer } = await inquireAbout(this.banks, seen, origin);
    await this.settlement.execute(seen.merchantId, id, call, answer, origin);
    return this.payouts.get(seen.merchantId, id);
  }
}
