import { type SubmissionState, waitingFor } from './submission.js';
import type { WaitingFor } from './waiting.js';

/** What the API shows of every order that is carried to another party; the last members of its view. */
export interface SubmissionView {
  readonly attempts: number;
  /** Why it was not submitted yet, or again. */
  readonly waiting_for: WaitingFor | null;
  readonly needs_attention: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export function submissionView(
  state: SubmissionState & { readonly createdAt: Date; readonly updatedAt: Date },
): SubmissionView {
  return {
    attempts: state.attempts,
    waiting_for: waitingFor(state),
    needs_attention: state.needsAttention,
    created_at: state.createdAt.toISOString(),
    updated_at: state.updatedAt.toISOString(),
  };
}
