import type { PaymentGateway } from '../../src/modules/gateways/domain/payment-gateway.js';
import type { Database } from '../../src/platform/database/connections/database.js';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';

/** What a provider can be brought to do, by the last two digits of the amount that bring it to it. */
export type Situation =
  | 'succeeds'
  | 'rejects'
  | 'loses_request'
  | 'loses_answer'
  | 'answers_slowly'
  | 'answers_garbage'
  | 'pends'
  | 'is_down';

/** `undocumented`: a status that the provider's documentation does not know. */
export type ReportedEvent = 'succeeded' | 'rejected' | 'pending' | 'undocumented';

/** What is wrong with a callback that the provider did not send like this. */
export interface CallbackChange {
  readonly signedWithAnotherSecret?: boolean;
  readonly amountMinor?: bigint;
  readonly sentAt?: Date;
  /** Signed as it is, instead of a message of the provider. */
  readonly body?: string;
}

/** A payment provider, and how to bring it into each situation. A new adapter adds one of these to `providers.ts`. */
export interface ProviderUnderTest {
  readonly name: string;
  /** A situation that is left out is one into which it cannot be brought; its tests do not run. */
  readonly amounts: Partial<Record<Situation, bigint>>;
  /** Whether it has books of its own, in which an order is found again. */
  readonly keepsBooks: boolean;
  readonly sendsCallbacks: boolean;
  /** Starts whatever stands for the provider. */
  start(database: Database): Promise<RunningProvider>;
}

export interface RunningProvider {
  /** The adapter as a starting process opens it: with nothing but what the provider itself keeps. */
  open(database: Database): PaymentGateway;
  /** The adapter when the provider is out of reach; for those that keep books. */
  openUnreachable?(): PaymentGateway;
  /** How often money really moved for a reference, from its own books. */
  timesMoved?(reference: string): Promise<number>;
  /** What it would send; for providers that send callbacks. */
  callback?(reference: string, event: ReportedEvent, change?: CallbackChange): Promise<Callback>;
  close(): Promise<void>;
}

/** As the simulator and the doubles have them. */
export const BY_AMOUNT = {
  succeeds: 1n,
  rejects: 2n,
  loses_request: 3n,
  loses_answer: 4n,
  answers_slowly: 5n,
  pends: 6n,
  is_down: 8n,
} as const satisfies Partial<Record<Situation, bigint>>;
