import type { TurnedOff } from './delivery.js';

/** Of a merchant, and of the operators together; inactive ones included. */
export const MAX_ENDPOINTS = 16;

export const DESCRIPTION_MAX_LENGTH = 200;

/** A secret that was leaked ends at once; one that is replaced in peace may sign beside the new one for a day. */
export const MAX_KEEP_SECONDS = 86_400;

/** Where events are sent. */
export interface WebhookEndpoint {
  readonly id: string;
  /** Null: the operators' own, which receives the events of all merchants. */
  readonly merchantId: string | null;
  readonly url: string;
  /** Null: all, those of later versions too. */
  readonly eventTypes: readonly string[] | null;
  readonly description: string | null;
  /** Nothing is sent to an inactive one. */
  readonly isActive: boolean;
  /** Events of a merchant come one after the other, in the order of their numbers. */
  readonly isOrdered: boolean;
  /** Why it is not active, if nobody has switched it off. */
  readonly turnedOff: TurnedOff | null;
  /** Nothing has been delivered since; null: the last attempt was taken. */
  readonly failingSince: Date | null;
  /** Of one that asks for order: what has failed stands before all that came later. */
  readonly pausedSince: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type EndpointFields = Pick<WebhookEndpoint, 'url' | 'eventTypes' | 'description' | 'isActive' | 'isOrdered'>;

/** What Standard Webhooks recommends is 24 to 64. */
export const SECRET_BYTES = 32;

/** With it the endpoint's messages are signed. It is shown once, when it is made. */
export function hookSecret(random: Uint8Array): string {
  return `whsec_${btoa(String.fromCharCode(...random))}`;
}
