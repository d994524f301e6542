import type { BankGateway } from '../../src/modules/gateways/domain/bank-gateway.js';
import type { Database } from '../../src/platform/database/connections/database.js';
import type { Callback, TransferMode } from '../../src/modules/gateways/gateways.language.js';

/** What a bank can be made to do; each situation has an account number that causes it. */
export type Situation =
  | 'succeeds'
  | 'rejects'
  | 'loses_request'
  | 'loses_answer'
  | 'answers_slowly'
  | 'answers_garbage'
  | 'pends'
  | 'comes_back'
  | 'is_down';

/** `undocumented`: a status that the bank's documentation does not contain. */
export type ReportedEvent = 'succeeded' | 'rejected' | 'pending' | 'returned' | 'undocumented';

/** How a callback differs from one that the bank would send. */
export interface CallbackChange {
  readonly signedWithAnotherSecret?: boolean;
  readonly amountPaise?: bigint;
  /** Signed at another time; only for banks that sign the time. */
  readonly sentAt?: Date;
  /** Sent and signed as it is, instead of a message of the bank. */
  readonly body?: string;
}

/** A bank, and how to bring it into each situation. A new adapter adds one of these to `banks.ts`, and nothing else. */
export interface BankUnderTest {
  readonly name: string;
  /** Situations that cannot be caused at this bank are left out; their tests do not run. */
  readonly accounts: Partial<Record<Situation, string>>;
  /** The modes to test. */
  readonly modes: readonly TransferMode[];
  /** Whether the bank has its own records, in which a transfer can be found. */
  readonly keepsBooks: boolean;
  readonly sendsCallbacks: boolean;
  /** Whether its answer to an inquiry says to which account or VPA a transfer goes. */
  readonly reportsDestination: boolean;
  /** Whether it signs the time of a callback, so that a recorded one cannot be replayed later. */
  readonly signsTime?: boolean;
  /** Starts whatever takes the bank's place. */
  start(database: Database): Promise<RunningBank>;
}

export interface RunningBank {
  /** The adapter as a new process opens it: it knows only what the bank itself keeps. */
  open(database: Database): BankGateway;
  /** The adapter while the bank is unreachable; for banks that keep books. */
  openUnreachable?(): BankGateway;
  /** How often the bank really paid a reference, from its own books; for banks that keep any. */
  timesPaid?(reference: string): Promise<number>;
  /** The callback that the bank would send; for banks that send callbacks. */
  callback?(reference: string, event: ReportedEvent, change?: CallbackChange): Promise<Callback>;
  close(): Promise<void>;
}
