import { Injectable, Logger } from '@nestjs/common';
import { BankGateways, Settlements } from '../../gateways/gateways.public.js';
import { PayoutReader } from '../domain/payout-reader.js';
import type { PayoutState } from '../domain/payout-state.js';
import { nextLook, ReturnWatch, type WatchedPayout } from '../domain/return-watch.js';
import { ReturnWatchSettings } from '../payouts.settings.js';
import { inquireAbout, saysNothing } from './bank-calls.js';
import { SettlePayout } from './settle-payout.js';

/**
 * Asks banks about completed payouts whose money may have come back, because the callback about it may be lost.
 *
 * 1. The payouts that are due are leased for two minutes. A crash after it: another process takes them when the lease
 *    ends.
 * 2. The bank is asked, outside any transaction. A crash: as above.
 * 3. If the bank confirms the payout, only the date of the next look changes. Any other answer is settled like every
 *    answer to an inquiry. A crash before the next look was planned: the bank is asked once more, and the second answer
 *    changes nothing.
 */
@Injectable()
export class WatchReturns {
  private readonly logger = new Logger('Payouts');

  constructor(
    private readonly watch: ReturnWatch,
    private readonly payouts: PayoutReader,
    private readonly banks: BankGateways,
    private readonly settlement: SettlePayout,
    private readonly settlements: Settlements,
    private readonly settings: ReturnWatchSettings,
  ) {}

  /** Asks one bank, so that no bank waits for another. A payout whose look fails is logged, and is taken again. */
  async execute(gateway: string): Promise<void> {
    const taken = await this.watch.take(gateway, this.settings.perSecond);
    await Promise.all(
      taken.map((payout) =>
        this.look(payout).catch((error: unknown) => {
          // Named decision: a payout that cannot be looked at does not keep the others from their turn.
          this.logger.error(
            `asking whether the money of payout ${payout.id} came back failed, and is repeated: ${String(error)}`,
          );
        }),
      ),
    );
  }

  private async look(watched: WatchedPayout): Promise<void> {
    const payout = await this.payouts.get(watched.merchantId, watched.id);
    const { days } = this.settings;
    // A completion in the future was dated by a clock that ran ahead.
    const elapsed = Math.max(0, watched.elapsed);
    if (payout.status !== 'completed' || nextLook(elapsed, days, true) === null) return this.watch.plan(watched, null);
    const isOpenQuestion = await this.ask(payout);
    const next = nextLook(elapsed, days, isOpenQuestion);
    if (next === null && isOpenQuestion)
      this.logger.error(
        `ALARM: ${payout.gateway} never said whether the money of payout ${payout.id} came back, and Bahi asks no ` +
          'more. Find out at the bank',
      );
    await this.watch.plan(watched, next === null ? null : next - elapsed);
  }

  /** @returns whether the payout is still completed, but the bank has not confirmed it */
  private async ask(payout: PayoutState): Promise<boolean> {
    const { id, merchantId } = payout;
    const { call, answer } = await inquireAbout(this.banks, payout);
    // If the bank has rejected the payout before, this answer takes that back, and has to be settled.
    const isDisputed = payout.firstRejectedBy !== null;
    if (answer.kind === 'succeeded' && answer.utr === payout.utr && !isDisputed) return false;
    if (saysNothing(answer)) return true;
    const { status } = await this.settlements.retried(() => this.settlement.execute(merchantId, id, call, answer));
    return status === 'completed' && answer.kind !== 'succeeded';
  }
}
