export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'cancelled'] as const;

/**
 * `pending` until the endpoint has it (`delivered`) or the last attempt has failed (`failed`); `cancelled` where the
 * endpoint was removed before.
 */
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One event on its way to one endpoint. */
export interface Delivery {
  readonly id: string;
  /** Whose event it is. */
  readonly merchantId: string;
  readonly endpointId: string;
  /** Also the `webhook-id`, the same at each attempt. */
  readonly eventId: string;
  readonly eventType: string;
  readonly sequence: number;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** Null: none is planned. */
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** One time that it was sent. */
export interface DeliveryAttempt {
  readonly number: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Null: there was no answer. */
  readonly statusCode: number | null;
  readonly failure: string | null;
  readonly answer: string | null;
}

/**
 * Seconds from a failure to the next attempt: ten attempts within four days, as Standard Webhooks recommends. The first is
 * for what was over in a moment, the last ones for a weekend.
 */
const RETRY_SECONDS = [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600];

/** What failed together does not come again together. */
const JITTER = 0.1;

/**
 * How long after this failure to try again, in milliseconds; null: it was the last try.
 * @param tries how often it was tried in vain since it was planned, this time included
 * @param random from 0 to 1
 */
export function retryAfterMs(tries: number, scale: number, random: number): number | null {
  const seconds = RETRY_SECONDS[tries - 1];
  return seconds === undefined ? null : jittered(seconds, scale, random);
}

/** What failed by our own fault is tried again as long as it takes. */
const OWN_RETRY_SECONDS = 30;

/** The same where it was not the receiver's fault. */
export function ownRetryAfterMs(scale: number, random: number): number {
  return jittered(OWN_RETRY_SECONDS, scale, random);
}

/** What no setting of this process plans further ahead was dated by a clock that ran ahead. Below it nothing is judged. */
const MISDATED_FROM_MS = 1_000;

/** How far ahead the next attempt of a delivery is planned at most, in milliseconds, by how often it was tried in vain. */
export function longestPlansMs(scale: number): number[] {
  return [0, ...RETRY_SECONDS, 0].map((seconds) =>
    Math.max(MISDATED_FROM_MS, jittered(Math.max(seconds, OWN_RETRY_SECONDS), scale, 1)),
  );
}

function jittered(seconds: number, scale: number, random: number): number {
  return Math.round(seconds * 1_000 * scale * (1 - JITTER + 2 * JITTER * random));
}

/** An endpoint that has taken nothing for so long, with so many attempts in the last day, is turned off. */
export const FAILING_DAYS = 5;
export const FAILED_ATTEMPTS_OF_DAY = 10;

/** Why an endpoint was turned off by itself: its receiver said that it is gone, or has failed for days. */
export type TurnedOff = 'gone' | 'failing';
