import { Injectable } from '@nestjs/common';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { RateLimits } from '../../../platform/rate-limits/rate-limits.public.js';
import { nextId } from '../../../shared/ids.js';
import { type HookResult, HookSender } from '../domain/hook-sender.js';
import { TooManyWebhookRequests, WebhookEndpointNotFound } from '../domain/refusals.js';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.js';
import { type EndpointOwner, WebhookEndpoints } from '../domain/webhook-endpoints.js';
import { ReceiverPermits } from './receiver-permits.js';

/** The message is not an event: nothing has happened, and no list shows it. */
const TEST_TYPE = 'webhook.test';

/** Per merchant, across all processes: enough to try things out, too few to bother a receiver. */
const PER_SECOND = 5;

/** Sends a signed message to an endpoint, even an inactive one, immediately and only once, and returns the result. */
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

  /** Breaks off the messages that wait for an answer, as the process is stopping. */
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
