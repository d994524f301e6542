import type { Slice } from '../../../shared/slice.js';
import type { Finding, JudgedCode } from './audit.js';

/** A person has judged a finding of `verify`. It holds for that evidence, and for nothing that comes later. */
export interface Acknowledgement {
  readonly id: string;
  /** As the finding has it. */
  readonly evidence: string;
  /** Null: the finding belongs to no book. */
  readonly merchantId: string | null;
  readonly code: JudgedCode;
  readonly detail: string;
  readonly reason: string;
  /** `operator:<key id>`, or `command-line:<user>`. */
  readonly actor: string;
  readonly createdAt: Date;
}

/** With what the finding itself says in particular. */
export type AcknowledgedFinding = Acknowledgement & Pick<Finding, 'particulars'>;

/** What persons have acknowledged. Appended only. */
export abstract class Acknowledgements {
  /** @throws AdministrationDisabled where this process may not add any */
  abstract assertWritable(): Promise<void>;
  /** @returns what stands there now: of the same evidence the first one stays @throws AdministrationDisabled */
  abstract add(given: Omit<Acknowledgement, 'createdAt'>): Promise<Acknowledgement>;
  /** What was acknowledged of this evidence. */
  abstract of(evidence: readonly string[]): Promise<Acknowledgement[]>;
  /** @param merchantId null: of all merchants */
  abstract list(merchantId: string | null, slice: Slice): Promise<Acknowledgement[]>;
}
