import { Injectable } from '@nestjs/common';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { FairSemaphore } from '../../../platform/waiting/waiting.public.js';
import { nextId } from '../../../shared/ids.js';
import { type HookResult, HookSender } from '../domain/hook-sender.js';
import { TooManyWebhookTests, WebhookEndpointNotFound } from '../domain/refusals.js';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.js';
import { type EndpointOwner, WebhookEndpoints } from '../domain/webhook-endpoints.js';

/** No event: nothing has happened, and it is in no list. */
const TEST_TYPE = 'webhook.test';

/** Of one endpoint, and of one process. Nobody keeps many requests open by an endpoint that does not answer. */
const LIMITS = { perName: 1, inAll: 16, timeoutMs: 1_000 };

/** Sends a signed message to an endpoint, at once and once, an inactive one too, and says what became of it. */
@Injectable()
export class TestEndpoint {
  private readonly permits = new FairSemaphore(LIMITS);

  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly sender: HookSender,
    private readonly clock: ServerClock,
  ) {}

  /** @throws WebhookEndpointNotFound, TooManyWebhookTests, DataKeyUnknown */
  async execute(owner: EndpointOwner, id: string): Promise<HookResult> {
    const endpoint = await this.endpoints.find(owner, id);
    if (endpoint === null) throw new WebhookEndpointNotFound();
    const release = await this.permits.acquire(endpoint.id);
    if (release === null) throw new TooManyWebhookTests();
    try {
      return await this.send(endpoint);
    } finally {
      release();
    }
  }

  private async send(endpoint: WebhookEndpoint): Promise<HookResult> {
    const secrets = await this.endpoints.secretsOf(endpoint);
    const { clockTime: at } = await this.clock.now();
    const id = nextId(at.getTime());
    const event = { id, type: TEST_TYPE, created_at: at, merchant_id: endpoint.merchantId, data: { object: {} } };
    return this.sender.send({ url: endpoint.url, id, at, body: JSON.stringify(event), secrets });
  }
}
