import { Injectable } from '@nestjs/common';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { foundOrThrow } from '../../../shared/found-or-throw.js';
import { nextId } from '../../../shared/ids.js';
import { MerchantNotFound } from '../../merchants/merchants.public.js';
import { HookSender } from '../domain/hook-sender.js';
import { TooManyWebhookEndpoints, WebhookEndpointNotFound } from '../domain/refusals.js';
import {
  type EndpointFields,
  hookSecret,
  MAX_ENDPOINTS,
  SECRET_BYTES,
  type WebhookEndpoint,
} from '../domain/webhook-endpoint.js';
import { type EndpointOwner, WebhookEndpoints } from '../domain/webhook-endpoints.js';
import { ReceiverPermits } from './receiver-permits.js';

/** An endpoint with its secret in plain text, which is shown only this once. */
export interface WithSecret {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string;
}

/**
 * Makes and changes endpoints; each change happens completely or not at all. A crash during a POST leaves no endpoint,
 * or one whose secret nobody knows: the caller finds it in the list, and can replace its secret.
 */
@Injectable()
export class ManageEndpoints {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly sender: HookSender,
    private readonly permits: ReceiverPermits,
    private readonly clock: ServerClock,
  ) {}

  /** @throws TooManyWebhookEndpoints, WebhookUrlRefused, TooManyWebhookRequests, MerchantNotFound, DataKeyUnknown */
  async add(merchantId: string | null, fields: EndpointFields): Promise<WithSecret> {
    // Checked before the name is looked up, so that a caller who has no room left cannot cause look-ups.
    if ((await this.endpoints.count(merchantId, MAX_ENDPOINTS)) >= MAX_ENDPOINTS) throw new TooManyWebhookEndpoints();
    await this.check(merchantId, fields.url);
    const { clockTime } = await this.clock.now();
    const secret = newSecret();
    const added = { id: nextId(clockTime.getTime()), merchantId, ...fields, secret };
    const endpoint = await this.endpoints.add(added, MAX_ENDPOINTS);
    if (endpoint === 'no merchant') throw new MerchantNotFound();
    if (endpoint === 'no room') throw new TooManyWebhookEndpoints();
    return { endpoint, secret };
  }

  /** @throws WebhookEndpointNotFound, WebhookUrlRefused, TooManyWebhookRequests */
  async change(owner: EndpointOwner, id: string, fields: Partial<EndpointFields>): Promise<WebhookEndpoint> {
    const endpoint = await this.get(owner, id);
    if (fields.url !== undefined) await this.check(endpoint.merchantId, fields.url);
    return foundOrThrow(await this.endpoints.change(endpoint, fields), WebhookEndpointNotFound);
  }

  /** @throws WebhookEndpointNotFound, DataKeyUnknown */
  async rotateSecret(owner: EndpointOwner, id: string, keepOldSeconds: number): Promise<WithSecret> {
    const secret = newSecret();
    const rotated = await this.endpoints.rotateSecret(await this.get(owner, id), secret, keepOldSeconds);
    return { endpoint: foundOrThrow(rotated, WebhookEndpointNotFound), secret };
  }

  /** @throws WebhookEndpointNotFound */
  async remove(owner: EndpointOwner, id: string): Promise<void> {
    if (!(await this.endpoints.remove(owner, id))) throw new WebhookEndpointNotFound();
  }

  /** @throws WebhookEndpointNotFound */
  async get(owner: EndpointOwner, id: string): Promise<WebhookEndpoint> {
    return foundOrThrow(await this.endpoints.find(owner, id), WebhookEndpointNotFound);
  }

  private check(merchantId: string | null, url: string): Promise<void> {
    return this.permits.with(merchantId, () => this.sender.check(url));
  }
}

function newSecret(): string {
  return hookSecret(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
}
