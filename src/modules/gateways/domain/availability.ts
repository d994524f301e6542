import type { WaitingFor, WaitingForGateway } from '../../../shared/submissions/waiting.js';
import type { Results } from './breaker-judgement.js';

/** What all processes know of a gateway. */
export interface GatewayState {
  readonly gateway: string;
  readonly isPaused: boolean;
  readonly pausedReason: string | null;
  /** Open: nothing new is sent. Half open: one order at a time tries. */
  readonly breaker: 'closed' | 'open' | 'half_open';
  readonly openUntil: Date | null;
  /** The order whose trial it is, while its lease lasts. */
  readonly trialOrder: string | null;
  /** When any of this was last written; null: never. */
  readonly changedAt: Date | null;
}

/** An order that is to be sent to a gateway: a payout, a payment or a refund. */
export interface OrderToSend {
  readonly merchantId: string;
  readonly id: string;
}

/** The trial of a breaker that is half open, as one order has it for as long as a submission may take. */
export interface TrialLease {
  readonly gateway: string;
  readonly orderId: string;
  /**
   * When it ends by itself, as PostgreSQL writes it: that tells one lease from the next. Whoever comes with another one
   * changes nothing.
   */
  readonly until: string;
}

/** How a submission has ended, as far as it says something about the gateway. */
export interface SubmissionResult {
  readonly gateway: string;
  readonly orderId: string;
  readonly merchantId: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** The trial as which it was sent, if it was one. */
  readonly trial: TrialLease | null;
  /** `failed`: answered without an outcome, such as with a 5xx; `silent`: not answered at all. */
  readonly result: 'answered' | 'failed' | 'silent';
  /** How long the call took. */
  readonly seconds: number;
}

/** For operators: what a gateway's breaker stands at, and by what it is judged. */
export interface GatewayReport extends GatewayState {
  readonly trialUntil: Date | null;
  /** Who has closed its breaker by hand; null: nobody, or it has closed by itself since. */
  readonly closed: { readonly by: string; readonly reason: string; readonly at: Date } | null;
  /** Of the last five minutes. */
  readonly results: Results & { readonly merchants: number };
}

/**
 * Where an order goes now. `trial`: there, as the trial of a breaker that is half open, once it has leased that;
 * `wait`: nowhere, for what it waits, and if that is a gateway, which ones would take it; `again`: nothing is decided, and what is
 * known has to be looked at anew.
 */
export type Choice =
  | { readonly kind: 'go' | 'trial'; readonly gateway: string }
  | { readonly kind: 'wait'; readonly for: WaitingFor; readonly at?: readonly string[] }
  | { readonly kind: 'again' };

/**
 * Whether anything is submitted: not after a failover of the database that may have lost what a bank has. `isOutdated`: the
 * database's server is another one than when this was looked at, so that nothing may be decided by it.
 */
export interface SubmissionStop {
  readonly isStopped: boolean;
  readonly isOutdated: () => boolean;
}

const NO_STOP: SubmissionStop = { isStopped: false, isOutdated: () => false };

/**
 * What is known of the gateways at one moment: plain data, so that a decision under a book's lock may look at it as
 * often as it is repeated. Of a gateway that was never paused nor silent nothing is known.
 */
export class GatewaysNow {
  private readonly states: ReadonlyMap<string, GatewayState>;

  /**
   * @param lease the trial that is leased for the decision
   * @param untriable gateways whose trial it cannot have
   * @param stop left out: everything is submitted
   */
  constructor(
    states: readonly GatewayState[],
    private readonly lease: TrialLease | null = null,
    private readonly untriable: ReadonlySet<string> = new Set(),
    private readonly stop: SubmissionStop = NO_STOP,
  ) {
    this.states = new Map(states.map((state) => [state.gateway, state]));
  }

  /** For a decision that has leased this trial, or could have none at these gateways. */
  withTrial(lease: TrialLease | null, untriable: ReadonlySet<string>): GatewaysNow {
    return new GatewaysNow([...this.states.values()], lease, untriable, this.stop);
  }

  /** As if nothing were stopped: for what is asked in general. */
  withoutStop(): GatewaysNow {
    return new GatewaysNow([...this.states.values()], this.lease, this.untriable);
  }

  get isStopped(): boolean {
    return this.stop.isStopped;
  }

  /** Nothing may be decided by it any more. */
  get isOutdated(): boolean {
    return this.stop.isOutdated();
  }

  /** For the same decision, some time after what was known then. */
  inTheCourseOf({ lease, untriable }: GatewaysNow): GatewaysNow {
    return this.withTrial(lease, untriable);
  }

  /**
   * The first of the candidates that takes the order now.
   * @returns else what the order waits for: of what keeps it from them, a breaker first, which may close by itself
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
    // Leased for another decision about the same order it may be given back at any time.
    if (this.lease?.gateway === gateway && this.lease.orderId === state.trialOrder) return 'go';
    return state.trialOrder === null && !this.untriable.has(gateway) ? 'trial' : 'gateway_unavailable';
  }
}

/**
 * Whether a gateway may be sent anything: an operator can pause it, and the circuit breaker opens when it keeps on not
 * answering. Both hold back submissions only. What a gateway may already have is asked about all the same.
 */
export abstract class Availability {
  /** Of each gateway that was ever paused or unreachable, as the database has it now; so is what `now` gives afterwards. */
  abstract refresh(): Promise<readonly GatewayState[]>;
  /** At most a second old. Never called inside a transaction. */
  abstract now(): Promise<GatewaysNow>;
  /**
   * Leases the trial of a breaker that is half open to an order, for as long as a submission may take.
   * @returns null when it is leased already, to whichever order; `now` knows more afterwards
   */
  abstract leaseTrial(gateway: string, order: OrderToSend): Promise<TrialLease | null>;
  /** The order was not sent: another one may have the trial at once. */
  abstract giveBackTrial(lease: TrialLease): Promise<void>;
  /** A submission has ended. Counted for all processes within about a second, and a trial's at once. */
  abstract ended(result: SubmissionResult): Promise<void>;
  /** @param reason null: goes on */
  abstract pause(gateway: string, reason: string | null, actor: string): Promise<void>;
  /** Closes the breaker, whatever it stands for, and forgets what it was judged by. */
  abstract close(gateway: string, reason: string, actor: string): Promise<void>;
  /** Of each gateway that was ever paused or unreachable, or has had something to do lately. */
  abstract report(): Promise<GatewayReport[]>;
}
