import { Injectable, Logger } from '@nestjs/common';
import { Books } from '../../../platform/group-commit/group-commit.public.js';
import { announce } from '../../../platform/outbox/outbox.public.js';
import { type ClaimedDelivery, DeliveryWork } from '../domain/deliveries.js';
import type { TurnedOff } from '../domain/delivery.js';
import { endpointSwitches } from '../domain/endpoint-switches.js';
import { endpointView } from './endpoint-view.js';
import { ENDPOINT_TURNED_OFF } from './known-events.js';

/**
 * Switches off an endpoint whose receiver is gone, or has accepted nothing for days. The same commit records an event
 * of its merchant, which operators see in their list and other endpoints receive. The operators' own endpoints belong
 * to no book, so there is only a line in the log. After a crash before the commit, the next failed attempt does it.
 */
@Injectable()
export class TurnOffEndpoint {
  private readonly logger = new Logger('webhooks');

  constructor(
    private readonly work: DeliveryWork,
    private readonly books: Books,
  ) {}

  /** @param isGone the receiver has said so */
  async execute(delivery: ClaimedDelivery, isGone: boolean): Promise<void> {
    const { endpointId } = delivery;
    // Asked outside the book, so that nothing waits for the book's lock when there is nothing to do.
    if (!isGone && !(await this.work.hasFailedForDays(endpointId))) return;
    const why = isGone ? 'gone' : 'failing';
    const { ownerId } = delivery;
    const isOff = await (ownerId === null
      ? this.work.turnOff(endpointId, why)
      : this.ofMerchant(ownerId, endpointId, why));
    const because = isGone ? 'answered 410' : 'has accepted nothing for days';
    if (isOff) this.logger.warn(`webhook endpoint ${endpointId} was switched off (${why}): its receiver ${because}`);
  }

  /** @returns whether it was on, and is now switched off */
  private ofMerchant(merchantId: string, endpointId: string, why: TurnedOff): Promise<boolean> {
    return this.books.write(merchantId, {
      reads: [endpointSwitches.row(endpointId)],
      decide: (book) => {
        const found = book.get(endpointSwitches, endpointId);
        if (found?.endpoint.isActive !== true || (why === 'failing' && !found.hasFailedForDays)) return false;
        const endpoint = { ...found.endpoint, isActive: false, turnedOff: why, updatedAt: book.now.orderTime };
        book.put(endpointSwitches, endpointId, { ...found, endpoint });
        const shown = { id: endpointId, view: endpointView(endpoint), previousStatus: null };
        announce(book, { type: ENDPOINT_TURNED_OFF, payload: { webhook_endpoint: { id: endpointId } }, shown });
        return true;
      },
    });
  }
}
