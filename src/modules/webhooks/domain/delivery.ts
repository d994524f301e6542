export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'cancelled'] as const;

/**
 * `pending` until the endpoint has it (`delivered`) or the last attempt has failed (`failed`); `cancelled` if the
 * endpoint is removed before that.
 */
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One event on its way to one endpoint. */
export interface Delivery {
  readonly id: string;
  /** The merchant of the event. */
  readonly merchantId: string;
  readonly endpointId: string;
  /** Also the header `webhook-id`, the same for each attempt. */
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

/** One sending of a delivery. */
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
 * Seconds from a failure to the next attempt: ten attempts within four days, as Standard Webhooks recommends. The first
 * pause is for a failure of a moment, the last ones are for a receiver that is down over a weekend.
 */
const RETRY_SECONDS = [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600];

/** Spreads the retries of deliveries that failed at the same time. */
const JITTER = 0.1;

/**
 * How long after this failure to try again, in milliseconds; null: it was the last try.
 * @param tries the number of failed tries since it was planned, this one included
 * @param random from 0 to 1
 */
export function retryAfterMs(tries: number, scale: number, random: number): number | null {
  const seconds = RETRY_SECONDS[tries - 1];
  return seconds === undefined ? null : jittered(seconds, scale, random);
}

/** What failed through our own fault is tried again without limit. */
const OWN_RETRY_SECONDS = 30;

/** Like {@link retryAfterMs}, for a failure that was not the receiver's fault. */
export function ownRetryAfterMs(scale: number, random: number): number {
  return jittered(OWN_RETRY_SECONDS, scale, random);
}

/** Plans are never called misdated below this, however small the scale of the retries is. */
const MISDATED_FROM_MS = 1_000;

/**
 * The furthest ahead that the next attempt of a delivery can be planned, in milliseconds, by the number of failed
 * tries. A later date came from a clock that ran ahead.
 */
export function longestPlansMs(scale: number): number[] {
  return [0, ...RETRY_SECONDS, 0].map((seconds) =>
    Math.max(MISDATED_FROM_MS, jittered(Math.max(seconds, OWN_RETRY_SECONDS), scale, 1)),
  );
}

function jittered(seconds: number, scale: number, random: number): number {
  return Math.round(seconds * 1_000 * scale * (1 - JITTER + 2 * JITTER * random));
}

/** An endpoint that has accepted nothing for so many days, with so many attempts in the last day, is turned off. */
export const FAILING_DAYS = 5;
export const FAILED_ATTEMPTS_OF_DAY = 10;

/** Why Bahi has turned an endpoint off: its receiver said that it is gone, or has failed for days. */
export type TurnedOff = 'gone' | 'failing';
