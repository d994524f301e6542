import type { SubmissionState } from '../../shared/submission.js';
import { changing, type Columns } from './columns.js';

/** The columns of a submission, the same in every table that has such rows. */
export const submissionColumns: Columns<SubmissionState> = {
  attempts: changing('attempts', 'integer'),
  nextStep: changing('next_step', 'text'),
  nextAttemptAt: changing('next_attempt_at', 'timestamptz'),
  submissionEndsAt: changing('submission_ends_at', 'timestamptz'),
  notFoundAt: changing('not_found_at', 'timestamptz'),
  inquiries: changing('inquiries', 'integer'),
  needsAttention: changing('needs_attention', 'boolean'),
};
