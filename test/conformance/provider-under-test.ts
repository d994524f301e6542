import type { PaymentGateway } from '../../src/modules/gateways/domain/payment-gateway.js';
import type { Database } from '../../src/platform/database/connections/database.js';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';

/** What a provider can be made to do; each situation has an amount whose last two digits cause it. */
export type Situation =
  | 'succeeds'
  | 'rejects'
  | 'loses_request'
  | 'loses_answer'
  | 'answers_slowly'
  | 'answers_garbage'
  | 'pends'
  | 'is_down';

/** `undocumented`: a status that the provider's documentation does not contain. */
export type ReportedEvent = 'succeeded' | 'rejected' | 'pending' | 'undocumented';

/** How a callback differs from one that the provider would send. */
export interface CallbackChange {
  readonly signedWithAnotherSecret?: boolean;
  readonly amountMinor?: bigint;
  readonly sentAt?: Date;
  /** Sent and signed as it is, instead of a message of the provider. */
  readonly body?: string;
}

/** A payment provider, and how to bring it into each situation. A new adapter adds one of these to `providers.ts`. */
export interface ProviderUnderTest {
  readonly name: string;
  /** Situations that cannot be caused at this provider are left out; their tests do not run. */
  readonly amounts: Partial<Record<Situation, bigint>>;
  /** Whether the provider has its own records, in which an order can be found. */
  readonly keepsBooks: boolean;
  readonly sendsCallbacks: boolean;
  /** Starts whatever takes the provider's place. */
  start(database: Database): Promise<RunningProvider>;
}

export interface RunningProvider {
  /** The adapter as a new process opens it: it knows only what the provider itself keeps. */
  open(database: Database): PaymentGateway;
  /** The adapter while the provider is unreachable; for those that keep books. */
  openUnreachable?(): PaymentGateway;
  /** How often money really moved for a reference, from the provider's own books. */
  timesMoved?(reference: string): Promise<number>;
  /** The callback that the provider would send; for providers that send callbacks. */
  callback?(reference: string, event: ReportedEvent, change?: CallbackChange): Promise<Callback>;
  close(): Promise<void>;
}

/** The endings of amounts that the simulator and the doubles use. */
export const BY_AMOUNT = {
  succeeds: 1n,
  rejects: 2n,
  loses_request: 3n,
  loses_answer: 4n,
  answers_slowly: 5n,
  pends: 6n,
  is_down: 8n,
} as const satisfies Partial<Record<Situation, bigint>>;
