import { Injectable } from '@nestjs/common';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { RateLimits } from '../../../platform/rate-limits/rate-limits.public.js';
import { nextId } from '../../../shared/ids.js';
import { type HookResult, HookSender } from '../domain/hook-sender.js';
import { TooManyWebhookRequests, WebhookEndpointNotFound } from '../domain/refusals.js';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.js';
import { type EndpointOwner, WebhookEndpoints } from '../domain/webhook-endpoints.js';
import { ReceiverPermits } from './receiver-permits.js';

/** No event: nothing has happened, and it is in no list. */
const TEST_TYPE = 'webhook.test';

/** Of a merchant, through all processes: enough to try things out, too few to trouble anybody with. */
const PER_SECOND = 5;

/** Sends a signed message to an endpoint, at once and once, an inactive one too, and says what became of it. */
@Injectable()
export class TestEndpoint {
  private readonly stopping = new AbortController();

  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly sender: HookSender,
    private readonly permits: ReceiverPermits,
    private readonly limits: RateLimits,
    private readonly clock: ServerClock,
  ) {}

  /** @throws WebhookEndpointNotFound, TooManyWebhookRequests, DataKeyUnknown */
  async execute(owner: EndpointOwner, id: string): Promise<HookResult> {
    const endpoint = await this.endpoints.find(owner, id);
    if (endpoint === null) throw new WebhookEndpointNotFound();
    const { merchantId } = endpoint;
    const quota = { subject: `webhook-tests:${merchantId ?? 'operators'}`, perSecond: PER_SECOND };
    if (!this.limits.take([quota]).admitted) throw new TooManyWebhookRequests();
    return this.permits.with(merchantId, () => this.send(endpoint));
  }

  /** Breaks off what waits for an answer: the process ends. */
  stop(): void {
    this.stopping.abort();
  }

  private async send(endpoint: WebhookEndpoint): Promise<HookResult> {
    const secrets = await this.endpoints.secretsOf(endpoint);
    const { clockTime: at } = await this.clock.now();
    const id = nextId(at.getTime());
    const event = { id, type: TEST_TYPE, created_at: at, merchant_id: endpoint.merchantId, data: { object: {} } };
    return this.sender.send({ url: endpoint.url, id, at, body: JSON.stringify(event), secrets }, this.stopping.signal);
  }
}
