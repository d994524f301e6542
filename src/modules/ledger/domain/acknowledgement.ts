import type { Slice } from '../../../shared/slice.js';
import type { Finding, JudgedCode } from './audit.js';

/** A person's judgement of a finding of `verify`. It holds for that evidence only, not for anything added later. */
export interface Acknowledgement {
  readonly id: string;
  /** The evidence of the finding. */
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

/** An acknowledgement with the particulars of its finding. */
export type AcknowledgedFinding = Acknowledgement & Pick<Finding, 'particulars'>;

/** The acknowledgements of persons. Append-only. */
export abstract class Acknowledgements {
  /** @throws AdministrationDisabled if this process may not add any */
  abstract assertWritable(): Promise<void>;
  /**
   * @returns what is stored now: for the same evidence the first acknowledgement stays @throws AdministrationDisabled
   */
  abstract add(given: Omit<Acknowledgement, 'createdAt'>): Promise<Acknowledgement>;
  /** The acknowledgements of this evidence. */
  abstract of(evidence: readonly string[]): Promise<Acknowledgement[]>;
  /** @param merchantId null: of all merchants */
  abstract list(merchantId: string | null, slice: Slice): Promise<Acknowledgement[]>;
}
