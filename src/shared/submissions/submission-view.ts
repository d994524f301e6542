import { type SubmissionState, waitingFor } from './submission.js';
import type { WaitingFor } from './waiting.js';

/** The kind of key with which an order is read. */
export type ReaderKind = 'merchant' | 'operator';

/** What the API shows of every order that is submitted to another party; the last members of its view. */
export interface SubmissionView {
  readonly attempts: number;
  /** Why it has not been submitted yet, or again. */
  readonly waiting_for: WaitingFor | null;
  readonly needs_attention: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  /** Grows with every change: of two copies, the one with the higher revision is newer. */
  readonly revision: number;
  /** The statuses that this kind of reader may move it to. */
  readonly allowed_statuses: readonly string[];
}

export function submissionView(
  state: SubmissionState & { readonly createdAt: Date; readonly updatedAt: Date; readonly revision: number },
  allowed: readonly string[],
): SubmissionView {
  return {
    attempts: state.attempts,
    waiting_for: waitingFor(state),
    needs_attention: state.needsAttention,
    created_at: state.createdAt.toISOString(),
    updated_at: state.updatedAt.toISOString(),
    revision: state.revision,
    allowed_statuses: allowed,
  };
}
