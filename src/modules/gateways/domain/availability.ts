/** What all processes know of a gateway. */
export interface GatewayState {
  readonly gateway: string;
  readonly isPaused: boolean;
  readonly pausedReason: string | null;
  /** Open: nothing new is sent. Half open: one payout at a time tries. */
  readonly breaker: 'closed' | 'open' | 'half_open';
  readonly openUntil: Date | null;
}

/**
 * Whether a gateway may be sent anything: an operator can pause it, and the circuit breaker opens when it keeps on not
 * answering. Both hold back submissions only. What a bank may already have is asked about all the same.
 */
export abstract class Availability {
  /** Brings what this process knows up to date; at most a second old afterwards. Never called inside a transaction. */
  abstract refresh(): Promise<void>;
  /** Whether this payout, payment or refund may be sent there now. Of a breaker that is half open, one at a time is. */
  abstract admits(gateway: string, id: string): boolean;
  /**
   * Whether something might be admitted now. Unlike `admits` it reserves nothing, so that there is time to prepare it.
   */
  abstract mightAdmit(gateway: string): boolean;
  /** A submission has ended; `answered` is false when nobody knows what became of it. */
  abstract ended(gateway: string, id: string, answered: boolean): Promise<void>;
  /** @param reason null: goes on */
  abstract pause(gateway: string, reason: string | null, actor: string): Promise<void>;
  /** Of each gateway that was ever paused or unreachable. */
  abstract states(): Promise<GatewayState[]>;
}
