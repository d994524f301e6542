/** What is sent to an endpoint, once. */
export interface HookMessage {
  readonly url: string;
  /** The same for each attempt: receivers know by it what they have already. */
  readonly id: string;
  /** When this attempt is made, by the database's clock. */
  readonly at: Date;
  readonly body: string;
  /** Each signs: while one replaces another, both do. */
  readonly secrets: readonly string[];
}

/**
 * Whose fault it is that there was no answer: the receiver's; ours, towards this receiver alone; or that of our egress (the
 * proxy, sockets), which all receivers share. What is our fault takes no attempt from a delivery, and does not turn its endpoint off.
 */
export type Fault = 'receiver' | 'own' | 'egress';

/** What became of one attempt. */
export interface HookResult {
  /** Null: there was no answer. */
  readonly statusCode: number | null;
  /** How the answer begins; null when there was none. */
  readonly answer: string | null;
  /** Why there was no answer, in a few words of our own; null when there was one. */
  readonly failure: string | null;
  /** Null when there was an answer. */
  readonly fault: Fault | null;
  readonly durationMs: number;
}

/** Whether it says anything of the receiver. */
export function isOfReceiver({ fault }: HookResult): boolean {
  return fault === null || fault === 'receiver';
}

/** Any 2xx says that the receiver has it. */
export function isDelivered({ statusCode }: HookResult): boolean {
  return statusCode !== null && statusCode >= 200 && statusCode < 300;
}

/** The receiver says that it is gone for good (RFC 9110 §15.5.11). */
export function isGone({ statusCode }: HookResult): boolean {
  return statusCode === 410;
}

/**
 * Sends to addresses that merchants choose, and lets none of them lead to what is inside: not this machine, not its
 * network, not the cloud's metadata.
 */
export abstract class HookSender {
  /** Whether anything may be sent there, as its name is resolved now, within seconds. @throws WebhookUrlRefused */
  abstract check(url: string): Promise<void>;
  /**
   * Looks where the name leads, and sends there and nowhere else. Never throws: what goes wrong is the result.
   * @param stop breaks it off, which is our fault
   */
  abstract send(message: HookMessage, stop: AbortSignal): Promise<HookResult>;
}
