import { changing, type Columns } from './columns.js';

/** What is known and planned of something that is carried to another party. */
export interface SubmissionState {
  readonly attempts: number;
  readonly nextStep: 'submit' | 'inquire' | null;
  readonly nextAttemptAt: Date | null;
  readonly submissionEndsAt: Date | null;
  readonly notFoundAt: Date | null;
  readonly inquiries: number;
  readonly needsAttention: boolean;
}

/** Its columns, the same in every table that has such rows. */
export const submissionColumns: Columns<SubmissionState> = {
  attempts: changing('attempts', 'integer'),
  nextStep: changing('next_step', 'text'),
  nextAttemptAt: changing('next_attempt_at', 'timestamptz'),
  submissionEndsAt: changing('submission_ends_at', 'timestamptz'),
  notFoundAt: changing('not_found_at', 'timestamptz'),
  inquiries: changing('inquiries', 'integer'),
  needsAttention: changing('needs_attention', 'boolean'),
};
