import type { Origin } from './origin.js';

/** An open order whose next step is due. */
export interface DueSubmission {
  readonly merchantId: string;
  readonly id: string;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  /** The request that it goes back to, as long as that is remembered. */
  readonly origin: Origin | null;
}

/** Where a sweep ended. */
export type SweepPosition = Pick<DueSubmission, 'nextAttemptAt' | 'id'>;
