import { Injectable, Logger } from '@nestjs/common';
import { type ClaimedDelivery, DeliveryWork } from '../domain/deliveries.js';
import { retryAfterMs } from '../domain/delivery.js';
import { EndpointLoad, FULL_ROOM } from '../domain/endpoint-load.js';
import { type HookResult, HookSender, isDelivered, isGone } from '../domain/hook-sender.js';
import { WebhookSettings } from '../webhooks.settings.js';

/** It would be worth nothing to the receiver. */
const NO_SECRET: HookResult = { statusCode: null, answer: null, failure: 'its secret cannot be read', durationMs: 0 };

/** On their way from this process at the same time. */
const IN_ALL = 256;

/**
 * Sends what is due. A delivery is claimed, with the number of its attempt, before it is sent: a process that is killed
 * leaves the claim to run out, and the next one sends the same bytes under the same id. A result that could not be kept
 * is as if the process had been killed: the receiver gets it again, and knows the id.
 */
@Injectable()
export class SendDeliveries {
  private readonly logger = new Logger('webhooks');
  private readonly load: EndpointLoad;
  private readonly inFlight = new Set<Promise<void>>();

  constructor(
    private readonly work: DeliveryWork,
    private readonly sender: HookSender,
    private readonly settings: WebhookSettings,
  ) {
    this.load = new EndpointLoad(settings.retryScale);
  }

  /**
   * Begins what there is room for.
   * @param onRoom when an attempt has ended that may have kept others waiting
   * @returns how many were begun
   */
  async execute(onRoom: () => void): Promise<number> {
    const free = IN_ALL - this.inFlight.size;
    if (free <= 0) return 0;
    const rooms = { ...this.load.rooms(performance.now()), fullRoom: FULL_ROOM };
    const claimed = await this.work.claim(free, rooms);
    for (const { endpointId } of claimed) this.load.begin(endpointId);
    for (const delivery of claimed) {
      const keepsOthers = claimed.length === free || delivery.isOrdered || this.load.isFull(delivery.endpointId);
      const sending = this.send(delivery).finally(() => {
        this.inFlight.delete(sending);
        if (keepsOthers) onRoom();
      });
      this.inFlight.add(sending);
    }
    return claimed.length;
  }

  /** Waits for those that are on their way. */
  async settled(): Promise<void> {
    await Promise.all(this.inFlight);
  }

  private async send(delivery: ClaimedDelivery): Promise<void> {
    const { url, eventId: id, at, body, secrets } = delivery;
    const result = secrets.length === 0 ? NO_SECRET : await this.sender.send({ url, id, at, body, secrets });
    this.load.end(delivery.endpointId, isDelivered(result), performance.now());
    try {
      await this.keep(delivery, result);
    } catch (error) {
      this.logger.error(`the result of delivery ${delivery.id} was not kept, it is sent again: ${String(error)}`);
    }
  }

  private async keep(delivery: ClaimedDelivery, result: HookResult): Promise<void> {
    const { endpointId, tries } = delivery;
    const retryMs = isGone(result) ? null : retryAfterMs(tries, this.settings.retryScale, Math.random());
    await this.work.record(delivery, result, retryMs);
    if (isDelivered(result)) return;
    const why = isGone(result) ? 'gone' : 'failing';
    if (await this.work.turnOff(endpointId, why))
      this.logger.warn(`webhook endpoint ${endpointId} is turned off (${why}): its receiver takes nothing`);
  }
}
