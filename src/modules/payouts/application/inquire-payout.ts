import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { BankGateways } from '../../gateways/gateways.public.js';
import { PayoutReader } from '../domain/payout-reader.js';
import type { PayoutState } from '../domain/payout-state.js';
import { NotSubmitted } from '../domain/refusals.js';
import { inquireAbout } from './bank-calls.js';
import { SettlePayout } from './settle-payout.js';

/**
 * An operator asks the bank now what became of a payout, an ended one too: its money may have come back. The bank is
 * asked outside any transaction, and its answer is taken in as the recovery's would be. Asked twice, or beside the
 * recovery or a callback, whoever comes second changes nothing; after a crash nothing has happened.
 */
@Injectable()
export class InquirePayout {
  constructor(
    private readonly payouts: PayoutReader,
    private readonly banks: BankGateways,
    private readonly settlement: SettlePayout,
  ) {}

  /**
   * @param merchantId null: whoever's it is
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
