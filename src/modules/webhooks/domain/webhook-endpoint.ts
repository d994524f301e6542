import type { TurnedOff } from './delivery.js';

/** Per merchant, and for all operators together; inactive ones included. */
export const MAX_ENDPOINTS = 16;

export const DESCRIPTION_MAX_LENGTH = 200;

/**
 * A leaked secret ends at once; in an ordinary replacement the old secret may sign along with the new one for a day.
 */
export const MAX_KEEP_SECONDS = 86_400;

/** Where events are sent. */
export interface WebhookEndpoint {
  readonly id: string;
  /** Null: the operators' own, which receives the events of all merchants. */
  readonly merchantId: string | null;
  readonly url: string;
  /** Null: all types, including those that later versions add. */
  readonly eventTypes: readonly string[] | null;
  readonly description: string | null;
  /** Nothing is sent to an inactive one. */
  readonly isActive: boolean;
  /** Events of a merchant come one after the other, in the order of their numbers. */
  readonly isOrdered: boolean;
  /** Why Bahi has switched it off; null if it is active, or a person has switched it off. */
  readonly turnedOff: TurnedOff | null;
  /** Nothing has been delivered since then; null: the last attempt was accepted. */
  readonly failingSince: Date | null;
  /** Since when an ordered endpoint gets nothing, because a failed event holds up all later ones. */
  readonly pausedSince: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type EndpointFields = Pick<WebhookEndpoint, 'url' | 'eventTypes' | 'description' | 'isActive' | 'isOrdered'>;

/** Standard Webhooks recommends 24 to 64. */
export const SECRET_BYTES = 32;

/** The secret that signs the endpoint's messages. It is shown once, when it is made. */
export function hookSecret(random: Uint8Array): string {
  return `whsec_${btoa(String.fromCharCode(...random))}`;
}
