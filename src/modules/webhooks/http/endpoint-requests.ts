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
  description: 'Public and `https://`, on port 443 or above 1024, without a name or a password.',
  example: 'https://acme.example/bahi-events',
};
const TYPES = { description: 'Only these types of events. Null, or left out: all, those of later versions too.' };
const DESCRIPTION = { max: DESCRIPTION_MAX_LENGTH, description: 'For people.', example: 'Order system' };

export class ListWebhookEndpointsQuery extends MerchantPageQuery {
  @OneOf(['all_merchants'], { optional: true, description: 'Operators: only their own, for all merchants.' })
  scope?: Scope;
}

export class CreateWebhookEndpointBody {
  @Text(URL_FIELD)
  url!: string;

  @SomeOf(EVENT_TYPES, { ...TYPES, nullable: true })
  event_types?: EventType[] | null;

  @Text({ ...DESCRIPTION, optional: true })
  description?: string | null;

  @Flag({ optional: true, description: 'Nothing is sent to an inactive one. Left out: true.' })
  is_active?: boolean | null;

  @Flag({ optional: true, description: 'One event of a merchant after the other, by `sequence`. Left out: false.' })
  is_ordered?: boolean | null;

  @OneOf(SCOPES, {
    optional: true,
    description: 'Operators who name no merchant say `all_merchants`. Left out: `merchant`.',
  })
  scope?: Scope | null;
}

export class UpdateWebhookEndpointBody {
  @Text({ ...URL_FIELD, optional: true })
  url?: string | null;

  @SomeOf(EVENT_TYPES, { description: 'Null: all types.', nullable: true })
  event_types?: EventType[] | null;

  @Text({ ...DESCRIPTION, nullable: true, description: 'Null: none.' })
  description?: string | null;

  @Flag({ optional: true, description: 'Switched on, it receives what happens from then on.' })
  is_active?: boolean | null;

  @Flag({ optional: true })
  is_ordered?: boolean | null;
}

export class RotateWebhookSecretBody {
  @Integer({
    ...{ min: 0, max: MAX_KEEP_SECONDS, example: 3_600 },
    description: 'How long the secret before signs beside the new one. 0: it has leaked, and signs nothing any more.',
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
