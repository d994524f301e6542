import { DomainError, type Refusal } from '../../../shared/domain-error.js';
import { NOT_FOUND, type Problem } from '../../../shared/problem.js';
import { MAX_ENDPOINTS } from './webhook-endpoint.js';

export class WebhookEndpointNotFound extends DomainError {
  static override readonly problem = NOT_FOUND;

  constructor() {
    super('There is no webhook endpoint with this id.');
  }
}

export class WebhookDeliveryNotFound extends DomainError {
  static override readonly problem = NOT_FOUND;

  constructor() {
    super('There is no webhook delivery with this id, or its endpoint is gone.');
  }
}

/** Nothing may be sent to this address, or to what its name resolves to. */
export class WebhookUrlRefused extends DomainError {
  static override readonly problem: Problem = {
    code: 'webhook_url_refused',
    status: 422,
    title: 'Nothing is sent to this address',
    meaning:
      'Events are sent to public addresses by HTTPS, on port 443 or above 1024: the address is something else, its name ' +
      'cannot be resolved, or leads into a private network.',
    remedy: 'Give the public `https://` address of the receiver, without a name or a password in it.',
  };
}

export class TooManyWebhookEndpoints extends DomainError {
  static override readonly problem: Problem = {
    code: 'too_many_webhook_endpoints',
    status: 422,
    title: 'There are too many webhook endpoints',
    meaning: `A merchant has at most ${MAX_ENDPOINTS} webhook endpoints, inactive ones included; so have the operators.`,
    remedy: 'Delete one that is no longer used, or let one endpoint receive more types.',
    members: { limit: { type: 'integer', description: 'How many there may be.', example: MAX_ENDPOINTS } },
  };

  constructor() {
    super(`There may be up to ${MAX_ENDPOINTS} webhook endpoints.`, { limit: MAX_ENDPOINTS });
  }
}

/** Limited because each of these requests may wait ten seconds for another server. */
export class TooManyWebhookRequests extends DomainError {
  static override readonly problem: Problem = {
    code: 'too_many_webhook_requests',
    status: 429,
    title: 'Too many requests that wait for other servers',
    meaning:
      'Test messages, and the look-ups of new addresses, of this merchant are still waiting for other servers; or more ' +
      'than five test messages a second were asked for.',
    remedy: 'Wait for the answer to one before you send the next.',
  };

  constructor() {
    super('Too many test messages and new addresses at once. Try again in a moment.');
  }
}

export const WEBHOOK_REFUSALS: readonly Refusal[] = [
  WebhookEndpointNotFound,
  WebhookDeliveryNotFound,
  WebhookUrlRefused,
  TooManyWebhookEndpoints,
  TooManyWebhookRequests,
];
