import type { BankGateway } from '../../src/modules/gateways/domain/bank-gateway.js';
import type { Database } from '../../src/platform/database/connections/database.js';
import type { Callback, TransferMode } from '../../src/modules/gateways/gateways.language.js';

/** What a bank can be brought to do, by the account number that brings it to it. */
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

/** `undocumented`: a status that the bank's documentation does not know. */
export type ReportedEvent = 'succeeded' | 'rejected' | 'pending' | 'returned' | 'undocumented';

/** What is wrong with a callback that the bank did not send like this. */
export interface CallbackChange {
  readonly signedWithAnotherSecret?: boolean;
  readonly amountPaise?: bigint;
  /** Signed at another time; only for banks that sign the time. */
  readonly sentAt?: Date;
  /** Signed as it is, instead of a message of the bank. */
  readonly body?: string;
}

/** A bank, and how to bring it into each situation. A new adapter adds one of these to `banks.ts`, and nothing else. */
export interface BankUnderTest {
  readonly name: string;
  /** A situation that is left out is one into which this bank cannot be brought; its tests do not run. */
  readonly accounts: Partial<Record<Situation, string>>;
  /** Which modes are tried. */
  readonly modes: readonly TransferMode[];
  /** Whether it has books of its own, in which a transfer is found again. */
  readonly keepsBooks: boolean;
  readonly sendsCallbacks: boolean;
  /** Whether it says, when it is asked, to which account or VPA a transfer goes. */
  readonly reportsDestination: boolean;
  /** Whether it signs the time of a callback, so that a recorded one cannot be sent later. */
  readonly signsTime?: boolean;
  /** Starts whatever stands for the bank. */
  start(database: Database): Promise<RunningBank>;
}

export interface RunningBank {
  /** The adapter as a starting process opens it: with nothing but what the bank itself keeps. */
  open(database: Database): BankGateway;
  /** The adapter when the bank is out of reach; for banks that keep books. */
  openUnreachable?(): BankGateway;
  /** How often the bank really paid a reference, from its own books; for banks that keep any. */
  timesPaid?(reference: string): Promise<number>;
  /** What the bank would send; for banks that send callbacks. */
  callback?(reference: string, event: ReportedEvent, change?: CallbackChange): Promise<Callback>;
  close(): Promise<void>;
}
