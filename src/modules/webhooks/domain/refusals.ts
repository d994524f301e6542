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
    title: 'Events cannot be sent to this address',
    meaning:
      'Events are sent only to public addresses by HTTPS, on port 443 or above 1024. This is another kind of ' +
      'address, or its name cannot be resolved, or leads into a private network.',
    remedy: 'Send the public `https://` address of the receiver, without a user name or a password.',
  };
}

export class TooManyWebhookEndpoints extends DomainError {
  static override readonly problem: Problem = {
    code: 'too_many_webhook_endpoints',
    status: 422,
    title: 'There are too many webhook endpoints',
    meaning:
      `A merchant may have at most ${MAX_ENDPOINTS} webhook endpoints, inactive ones included. So may the ` +
      'operators.',
    remedy: 'Delete an endpoint that is no longer used, or let one endpoint receive more event types.',
    members: { limit: { type: 'integer', description: 'How many endpoints there may be.', example: MAX_ENDPOINTS } },
  };

  constructor() {
    super(`There may be at most ${MAX_ENDPOINTS} webhook endpoints.`, { limit: MAX_ENDPOINTS });
  }
}

/** Limited because each of these requests may wait ten seconds for another server. */
export class TooManyWebhookRequests extends DomainError {
  static override readonly problem: Problem = {
    code: 'too_many_webhook_requests',
    status: 429,
    title: 'Too many requests are waiting for other servers',
    meaning:
      'Test messages and look-ups of new addresses for this merchant are still waiting for other servers, or ' +
      'more than five test messages were requested in a second.',
    remedy: 'Wait for the answer to one request before you send the next.',
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
