/** One message to an endpoint. */
export interface HookMessage {
  readonly url: string;
  /** The same for each attempt: by it receivers recognize a message that they already have. */
  readonly id: string;
  /** When this attempt is made, by the database's clock. */
  readonly at: Date;
  readonly body: string;
  /** Each of them signs: while one secret replaces another, both do. */
  readonly secrets: readonly string[];
}

/**
 * Whose fault it is that there was no answer: the receiver's; ours, for this receiver alone; or that of our egress (the
 * proxy, sockets), which all receivers share. A failure that is our fault does not use up one of the delivery's tries,
 * and does not turn its endpoint off.
 */
export type Fault = 'receiver' | 'own' | 'egress';

/** The result of one attempt. */
export interface HookResult {
  /** Null: there was no answer. */
  readonly statusCode: number | null;
  /** The beginning of the answer; null when there was none. */
  readonly answer: string | null;
  /** Why there was no answer, in a few words of our own; null when there was one. */
  readonly failure: string | null;
  /** Null when there was an answer. */
  readonly fault: Fault | null;
  readonly durationMs: number;
}

/** Whether the result says anything about the receiver. */
export function isOfReceiver({ fault }: HookResult): boolean {
  return fault === null || fault === 'receiver';
}

/** Any 2xx means that the receiver has the message. */
export function isDelivered({ statusCode }: HookResult): boolean {
  return statusCode !== null && statusCode >= 200 && statusCode < 300;
}

/** The receiver says that it is gone for good (RFC 9110 §15.5.11). */
export function isGone({ statusCode }: HookResult): boolean {
  return statusCode === 410;
}

/**
 * Sends to addresses that merchants choose, and makes sure that none of them leads to internal servers: not to this
 * machine, not into its network, not to the cloud's metadata.
 */
export abstract class HookSender {
  /**
   * Checks within seconds that messages may be sent there, by what its name resolves to now.
   * @throws WebhookUrlRefused
   */
  abstract check(url: string): Promise<void>;
  /**
   * Resolves the name, checks the addresses and sends to these alone. Never throws: a failure is part of the result.
   * @param stop breaks it off, which counts as our fault
   */
  abstract send(message: HookMessage, stop: AbortSignal): Promise<HookResult>;
}
