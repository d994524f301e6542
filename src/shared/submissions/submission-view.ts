import { type SubmissionState, waitingFor } from './submission.js';
import type { WaitingFor } from './waiting.js';

/** By whose kind of key an order is read. */
export type ReaderKind = 'merchant' | 'operator';

/** What the API shows of every order that is carried to another party; the last members of its view. */
export interface SubmissionView {
  readonly attempts: number;
  /** Why it was not submitted yet, or again. */
  readonly waiting_for: WaitingFor | null;
  readonly needs_attention: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  /** Grows with every change: of two copies the one with the higher revision is the newer. */
  readonly revision: number;
  /** What a reader of this kind may move it to. */
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
