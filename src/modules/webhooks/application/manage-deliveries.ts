import { Injectable } from '@nestjs/common';
import { Deliveries } from '../domain/deliveries.js';
import type { Delivery, DeliveryAttempt } from '../domain/delivery.js';
import { WebhookDeliveryNotFound, WebhookEndpointNotFound } from '../domain/refusals.js';
import { type EndpointOwner, WebhookEndpoints } from '../domain/webhook-endpoints.js';

export interface DeliveryWithAttempts {
  readonly delivery: Delivery;
  readonly attempts: readonly DeliveryAttempt[];
}

/** Reads deliveries, and has them sent again. */
@Injectable()
export class ManageDeliveries {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly endpoints: WebhookEndpoints,
  ) {}

  /** @param ownerId null: any owner @throws WebhookDeliveryNotFound */
  async get(ownerId: string | null, id: string): Promise<DeliveryWithAttempts> {
    const delivery = await this.find(ownerId, id);
    return { delivery, attempts: await this.deliveries.attempts(delivery) };
  }

  /** @throws WebhookDeliveryNotFound, also when its endpoint is gone */
  async retry(ownerId: string | null, id: string): Promise<DeliveryWithAttempts> {
    const delivery = await this.deliveries.retry(await this.find(ownerId, id));
    if (delivery === null) throw new WebhookDeliveryNotFound();
    return { delivery, attempts: await this.deliveries.attempts(delivery) };
  }

  /** @returns how many had failed @throws WebhookEndpointNotFound */
  async recover(owner: EndpointOwner, endpointId: string, since: Date): Promise<number> {
    if ((await this.endpoints.find(owner, endpointId)) === null) throw new WebhookEndpointNotFound();
    return this.deliveries.recover(endpointId, since);
  }

  private async find(ownerId: string | null, id: string): Promise<Delivery> {
    const delivery = await this.deliveries.find(ownerId, id);
    if (delivery === null) throw new WebhookDeliveryNotFound();
    return delivery;
  }
}
