import type { Head, SimulatedEvent } from './typed-values.js';

/** The checked arguments of each command. */
export interface Arguments {
  readonly migrate: null;
  readonly 'create-operator': { readonly name: string };
  readonly 'revoke-operator': { readonly keyId: string };
  /** `merchantId`: null for all. `key`: null if none was given. */
  readonly fund: {
    readonly merchantId: string | null;
    readonly amountPaise: bigint;
    readonly reason: string;
    readonly key: string | null;
  };
  /**
   * `merchantId`: null for all. `since`: a head, or the name of a file with the heads of many books. `resume`: a file
   * name.
   */
  readonly verify: {
    readonly merchantId: string | null;
    readonly head: Head | null;
    readonly since: Head | string | null;
    readonly resume: string | null;
  };
  /** `merchantId`: null to search everywhere. */
  readonly acknowledge: { readonly finding: string; readonly reason: string; readonly merchantId: string | null };
  readonly 'simulate-callback': {
    readonly subject: 'payout' | 'payment' | 'refund';
    readonly id: string;
    readonly event: SimulatedEvent;
    readonly url: string | null;
  };
  /** `merchantId`: for an operator's key. `url`: of the service; null means this machine. `types`: null for all. */
  readonly listen: {
    readonly key: string;
    readonly forwardTo: string | null;
    readonly url: string | null;
    readonly merchantId: string | null;
    readonly types: readonly string[] | null;
  };
  readonly 'reencrypt-secrets': null;
  readonly 'forget-server': null;
  readonly distribute: null;
  /** Null: from a day before the failover that stopped submissions, or before now; up to now. */
  readonly compare: { readonly from: Date | null; readonly to: Date | null };
  readonly 'resume-submissions': { readonly reason: string };
  readonly seed: { readonly reset: boolean };
}

export type CommandName = keyof Arguments;
