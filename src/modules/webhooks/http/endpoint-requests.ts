import {
  Flag,
  Integer,
  MerchantPageQuery,
  OneOf,
  ownerQuery,
  SomeOf,
  Text,
} from '../../../platform/http/http.public.js';
import { EVENT_TYPES, type EventType } from '../application/known-events.js';
import { MAX_URL_LENGTH } from '../domain/hook-url.js';
import { DESCRIPTION_MAX_LENGTH, type EndpointFields, MAX_KEEP_SECONDS } from '../domain/webhook-endpoint.js';
import { type Scope, SCOPES } from './endpoint-scope.js';

const URL_FIELD = {
  max: MAX_URL_LENGTH,
  description: 'A public `https://` address, on port 443 or above 1024, without a user name or a password.',
  example: 'https://acme.example/bahi-events',
};
const TYPES = {
  description: 'Only events of these types. Null or omitted: all types, including those that later versions add.',
};
const DESCRIPTION = { max: DESCRIPTION_MAX_LENGTH, description: 'A note for people.', example: 'Order system' };

export class ListWebhookEndpointsQuery extends MerchantPageQuery {
  @OneOf(['all_merchants'], {
    optional: true,
    description: 'For operators: only their own endpoints, which receive the events of all merchants.',
  })
  scope?: Scope;
}

export class CreateWebhookEndpointBody {
  @Text(URL_FIELD)
  url!: string;

  @SomeOf(EVENT_TYPES, { ...TYPES, nullable: true })
  event_types?: EventType[] | null;

  @Text({ ...DESCRIPTION, optional: true })
  description?: string | null;

  @Flag({ optional: true, description: 'An inactive endpoint receives nothing. If omitted: true.' })
  is_active?: boolean | null;

  @Flag({
    optional: true,
    description:
      'Whether the events of each merchant are delivered one after the other, by `sequence`. If omitted: false.',
  })
  is_ordered?: boolean | null;

  @OneOf(SCOPES, {
    optional: true,
    description: 'Operators who name no merchant must send `all_merchants`. If omitted: `merchant`.',
  })
  scope?: Scope | null;
}

export class UpdateWebhookEndpointBody {
  @Text({ ...URL_FIELD, optional: true })
  url?: string | null;

  @SomeOf(EVENT_TYPES, { description: 'Null: events of all types.', nullable: true })
  event_types?: EventType[] | null;

  @Text({ ...DESCRIPTION, nullable: true, description: 'Null: no description.' })
  description?: string | null;

  @Flag({ optional: true, description: 'When it is activated, it receives the events from then on.' })
  is_active?: boolean | null;

  @Flag({ optional: true })
  is_ordered?: boolean | null;
}

export class RotateWebhookSecretBody {
  @Integer({
    min: 0,
    max: MAX_KEEP_SECONDS,
    example: 3_600,
    description:
      'For how many seconds the old secret signs too, in addition to the new one. 0 if it has leaked: it stops ' +
      'signing at once.',
  })
  keep_old_seconds!: number;
}

export class WebhookEndpointQuery extends ownerQuery('webhook endpoint') {}

export function newFields(body: CreateWebhookEndpointBody): EndpointFields {
  const { url, event_types = null, description = null, is_active, is_ordered } = body;
  return { url, eventTypes: event_types, description, isActive: is_active ?? true, isOrdered: is_ordered ?? false };
}

/** The fields that the body names. Null clears a field that may be empty, and leaves any other field as it is. */
export function changedFields(body: UpdateWebhookEndpointBody): Partial<EndpointFields> {
  const { url, event_types, description, is_active, is_ordered } = body;
  return {
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof is_active === 'boolean' ? { isActive: is_active } : {}),
    ...(typeof is_ordered === 'boolean' ? { isOrdered: is_ordered } : {}),
    ...(event_types === undefined ? {} : { eventTypes: event_types }),
    ...(description === undefined ? {} : { description }),
  };
}
