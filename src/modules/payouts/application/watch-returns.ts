import { Injectable, Logger } from '@nestjs/common';
import { BankGateways, Settlements } from '../../gateways/gateways.public.js';
import { PayoutReader } from '../domain/payout-reader.js';
import type { PayoutState } from '../domain/payout-state.js';
import { nextLook, ReturnWatch, type WatchedPayout } from '../domain/return-watch.js';
import { ReturnWatchSettings } from '../payouts.settings.js';
import { inquireAbout, saysNothing } from './bank-calls.js';
import { SettlePayout } from './settle-payout.js';

/**
 * Asks banks about completed payouts whose money may have come back: a callback that tells of it may be lost.
 *
 * 1. Those that are due are taken, for two minutes. A crash after it: another process takes them then.
 * 2. The bank is asked, outside any transaction. A crash: as above.
 * 3. That all is as it was changes nothing but the date of the next look. Anything else is settled as any answer to an
 *    inquiry is. A crash before the next look was planned: the bank is asked once more, and whoever comes second
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

  /** Asks one bank, so that none waits for another. Each payout that fails is named in the log, and is taken again. */
  async execute(gateway: string): Promise<void> {
    const taken = await this.watch.take(gateway, this.settings.perSecond);
    await Promise.all(
      taken.map((payout) =>
        this.look(payout).catch((error: unknown) => {
          // Named decision: one that cannot be looked at keeps no other from its turn.
          this.logger.error(`the look for money returned of payout ${payout.id} failed: ${String(error)}`);
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
        `ALARM: nobody knows whether payout ${payout.id} came back: ${payout.gateway} has not said so to the end`,
      );
    await this.watch.plan(watched, next === null ? null : next - elapsed);
  }

  /** @returns whether the payout is still completed, and the bank has not said that it is */
  private async ask(payout: PayoutState): Promise<boolean> {
    const { id, merchantId } = payout;
    const { call, answer } = await inquireAbout(this.banks, payout);
    // What it has said against it before it takes back with that, which is settled.
    const isDisputed = payout.firstRejectedBy !== null;
    if (answer.kind === 'succeeded' && answer.utr === payout.utr && !isDisputed) return false;
    if (saysNothing(answer)) return true;
    const { status } = await this.settlements.retried(() => this.settlement.execute(merchantId, id, call, answer));
    return status === 'completed' && answer.kind !== 'succeeded';
  }
}
