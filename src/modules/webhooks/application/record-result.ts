import { Injectable } from '@nestjs/common';
import { AttemptCounter, outcomeOf } from '../domain/attempt-counter.js';
import { type ClaimedDelivery, DeliveryWork } from '../domain/deliveries.js';
import { ownRetryAfterMs, retryAfterMs } from '../domain/delivery.js';
import { type HookResult, isDelivered, isGone, isOfReceiver } from '../domain/hook-sender.js';
import { WebhookSettings } from '../webhooks.settings.js';
import { TurnOffEndpoint } from './turn-off-endpoint.js';

/**
 * Stores the result of an attempt, and turns off an endpoint that no longer accepts anything. A crash in between leaves
 * the endpoint on until the next attempt fails.
 */
@Injectable()
export class RecordResult {
  constructor(
    private readonly work: DeliveryWork,
    private readonly turnOff: TurnOffEndpoint,
    private readonly counter: AttemptCounter,
    private readonly settings: WebhookSettings,
  ) {}

  /** @param isBrokenOff this process is stopping and has broken attempts off: another process sends them at once */
  async execute(delivery: ClaimedDelivery, result: HookResult, isBrokenOff: boolean): Promise<void> {
    const retryMs = isBrokenOff && !isOfReceiver(result) ? 0 : this.retryAfterMs(delivery, result);
    this.counter.ended(outcomeOf(result));
    await this.work.record(delivery, result, retryMs);
    if (!isDelivered(result) && isOfReceiver(result)) await this.turnOff.execute(delivery, isGone(result));
  }

  private retryAfterMs({ tries }: ClaimedDelivery, result: HookResult): number | null {
    const { retryScale } = this.settings;
    if (!isOfReceiver(result)) return ownRetryAfterMs(retryScale, Math.random());
    return isGone(result) ? null : retryAfterMs(tries, retryScale, Math.random());
  }
}
