import type { WaitingFor, WaitingForGateway } from '../../../shared/submissions/waiting.js';
import type { Results } from './breaker-judgement.js';

/** What all processes know about a gateway. */
export interface GatewayState {
  readonly gateway: string;
  readonly isPaused: boolean;
  readonly pausedReason: string | null;
  /** Open: nothing new is sent. Half open: one order at a time is sent, as a trial. */
  readonly breaker: 'closed' | 'open' | 'half_open';
  readonly openUntil: Date | null;
  /** The order that has the trial, while its lease lasts. */
  readonly trialOrder: string | null;
  /** When any of this last changed; null: never. */
  readonly changedAt: Date | null;
}

/** An order that is to be sent to a gateway: a payout, a payment or a refund. */
export interface OrderToSend {
  readonly merchantId: string;
  readonly id: string;
}

/** One order's lease of a half-open breaker's trial. It lasts as long as a submission may take. */
export interface TrialLease {
  readonly gateway: string;
  readonly orderId: string;
  /**
   * When the lease ends by itself, as PostgreSQL writes it. This tells one lease from the next: a change that names
   * another `until` has no effect.
   */
  readonly until: string;
}

/** What the end of a submission says about the gateway. */
export interface SubmissionResult {
  readonly gateway: string;
  readonly orderId: string;
  readonly merchantId: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** The lease of the trial, if the submission was a trial. */
  readonly trial: TrialLease | null;
  /** `failed`: answered without an outcome, such as with a 5xx; `silent`: not answered at all. */
  readonly result: 'answered' | 'failed' | 'silent';
  /** How long the call took. */
  readonly seconds: number;
}

/** For operators: the state of a gateway's breaker, and the results by which it is judged. */
export interface GatewayReport extends GatewayState {
  readonly trialUntil: Date | null;
  /** Who closed its breaker by hand; null: nobody, or it has closed by itself since. */
  readonly closed: { readonly by: string; readonly reason: string; readonly at: Date } | null;
  /** The results of the last five minutes. */
  readonly results: Results & { readonly merchants: number };
}

/**
 * Where an order goes now.
 *
 * - `go`: to this gateway.
 * - `trial`: to this gateway, whose breaker is half open, once the order has leased the trial.
 * - `wait`: nowhere. `for` is the reason; `at` lists the gateways that would take the order, if it waits for one.
 * - `again`: nothing can be decided until the state of the gateways has been read again.
 */
export type Choice =
  | { readonly kind: 'go' | 'trial'; readonly gateway: string }
  | { readonly kind: 'wait'; readonly for: WaitingFor; readonly at?: readonly string[] }
  | { readonly kind: 'again' };

/**
 * Whether submissions are stopped, as they are after a failover of the database that may have lost orders which a bank
 * has. `isOutdated`: the database's server has changed since this was read, so no decision may rely on it.
 */
export interface SubmissionStop {
  readonly isStopped: boolean;
  readonly isOutdated: () => boolean;
}

const NO_STOP: SubmissionStop = { isStopped: false, isOutdated: () => false };

/**
 * The state of the gateways at one moment. It is plain data, so a decision under a book's lock can read it each time
 * that it is repeated. It has no entry for a gateway that was never paused or silent.
 */
export class GatewaysNow {
  private readonly states: ReadonlyMap<string, GatewayState>;

  /**
   * @param lease the trial that is leased for the decision
   * @param untriable gateways whose trial the decision cannot have
   * @param stop left out: submissions are not stopped
   */
  constructor(
    states: readonly GatewayState[],
    private readonly lease: TrialLease | null = null,
    private readonly untriable: ReadonlySet<string> = new Set(),
    private readonly stop: SubmissionStop = NO_STOP,
  ) {
    this.states = new Map(states.map((state) => [state.gateway, state]));
  }

  /** The same state for a decision that has leased this trial, or could not lease one at these gateways. */
  withTrial(lease: TrialLease | null, untriable: ReadonlySet<string>): GatewaysNow {
    return new GatewaysNow([...this.states.values()], lease, untriable, this.stop);
  }

  /** The same state as if submissions were not stopped: for questions that are not about a real order. */
  withoutStop(): GatewaysNow {
    return new GatewaysNow([...this.states.values()], this.lease, this.untriable);
  }

  get isStopped(): boolean {
    return this.stop.isStopped;
  }

  /** If true, no decision may rely on this state any more. */
  get isOutdated(): boolean {
    return this.stop.isOutdated();
  }

  /** This newer state with the trial of an earlier one: for a decision that goes on. */
  inTheCourseOf({ lease, untriable }: GatewaysNow): GatewaysNow {
    return this.withTrial(lease, untriable);
  }

  /**
   * The first of the candidates that takes the order now.
   * @returns if none does, what the order waits for: a breaker if there is one, since it may close by itself, otherwise
   *   what keeps the order from the first candidate
   */
  firstFor(candidates: readonly string[]): Choice {
    if (this.isOutdated) return { kind: 'again' };
    if (this.isStopped) return { kind: 'wait', for: 'database_failover', at: candidates };
    const admissions = candidates.map((gateway) => ({ gateway, admission: this.admission(gateway) }));
    const found = admissions.find(({ admission }) => admission === 'go' || admission === 'trial');
    const unavailable = admissions.find(({ admission }) => admission === 'gateway_unavailable');
    const admission = (found ?? unavailable ?? admissions[0])?.admission ?? 'no_gateway';
    return admission === 'go' || admission === 'trial'
      ? { kind: admission, gateway: found!.gateway }
      : { kind: 'wait', for: admission, at: candidates };
  }

  private admission(gateway: string): 'go' | 'trial' | WaitingForGateway {
    const state = this.states.get(gateway);
    if (state?.isPaused === true) return 'gateway_paused';
    if (state === undefined || state.breaker === 'closed') return 'go';
    if (state.breaker === 'open') return 'gateway_unavailable';
    // A trial leased for another decision about the same order does not count: it may be given back at any time.
    if (this.lease?.gateway === gateway && this.lease.orderId === state.trialOrder) return 'go';
    return state.trialOrder === null && !this.untriable.has(gateway) ? 'trial' : 'gateway_unavailable';
  }
}

/**
 * Whether anything may be sent to a gateway: an operator can pause it, and its circuit breaker opens while it does not
 * answer. Both hold back submissions only. Inquiries about what the gateway may already have go on.
 */
export abstract class Availability {
  /** Reads the state of each gateway that was ever paused or unreachable. Afterwards `now` returns nothing older. */
  abstract refresh(): Promise<readonly GatewayState[]>;
  /** At most a second old. Never called inside a transaction. */
  abstract now(): Promise<GatewaysNow>;
  /**
   * Leases a half-open breaker's trial to an order, for as long as a submission may take. Afterwards `now` shows which
   * order has the trial.
   * @returns null when the trial is leased already, even to the same order
   */
  abstract leaseTrial(gateway: string, order: OrderToSend): Promise<TrialLease | null>;
  /** Gives the trial back when the order was not sent, so that another order can have it at once. */
  abstract giveBackTrial(lease: TrialLease): Promise<void>;
  /** Counts a submission that has ended: a trial at once, others for all processes within about a second. */
  abstract ended(result: SubmissionResult): Promise<void>;
  /** Pauses submissions to the gateway. Without a reason it ends the pause. */
  abstract pause(gateway: string, by: { readonly actor: string; readonly reason: string | null }): Promise<void>;
  /** Closes the breaker, whether it is open or half open, and deletes the results by which it was judged. */
  abstract close(gateway: string, by: { readonly actor: string; readonly reason: string }): Promise<void>;
  /** One report for each gateway that was ever paused or unreachable, or was sent something in the last minutes. */
  abstract report(): Promise<GatewayReport[]>;
}
