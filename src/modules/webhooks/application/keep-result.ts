import { Injectable, Logger } from '@nestjs/common';
import { type ClaimedDelivery, DeliveryWork } from '../domain/deliveries.js';
import { ownRetryAfterMs, retryAfterMs } from '../domain/delivery.js';
import { type HookResult, isDelivered, isGone, isOfReceiver } from '../domain/hook-sender.js';
import { WebhookSettings } from '../webhooks.settings.js';

/**
 * Writes down what became of an attempt, and turns off an endpoint that takes nothing any more. A crash in between leaves
 * the endpoint on, until the next attempt fails.
 */
@Injectable()
export class KeepResult {
  private readonly logger = new Logger('webhooks');

  constructor(
    private readonly work: DeliveryWork,
    private readonly settings: WebhookSettings,
  ) {}

  /** @param isBrokenOff by this process, which ends: another one sends it at once */
  async execute(delivery: ClaimedDelivery, result: HookResult, isBrokenOff: boolean): Promise<void> {
    const retryMs = isBrokenOff && !isOfReceiver(result) ? 0 : this.retryAfterMs(delivery, result);
    await this.work.record(delivery, result, retryMs);
    if (isDelivered(result) || !isOfReceiver(result)) return;
    const { endpointId } = delivery;
    const why = isGone(result) ? 'gone' : 'failing';
    if (await this.work.turnOff(endpointId, why))
      this.logger.warn(`webhook endpoint ${endpointId} is turned off (${why}): its receiver takes nothing`);
  }

  private retryAfterMs({ tries }: ClaimedDelivery, result: HookResult): number | null {
    const { retryScale } = this.settings;
    if (!isOfReceiver(result)) return ownRetryAfterMs(retryScale, Math.random());
    return isGone(result) ? null : retryAfterMs(tries, retryScale, Math.random());
  }
}
