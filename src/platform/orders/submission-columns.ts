import type { AnswerTally } from '../../shared/submissions/answer-tally.js';
import type { SubmissionState } from '../../shared/submissions/submission.js';
import { changing, type Columns, fixed, group } from '../group-commit/columns.js';

/** Milliseconds of live time, a `number` in memory. */
export const LIVE_MS = { write: (ms: number) => ms, read: (ms: bigint) => Number(ms) };

/** The columns of a submission, the same in every table of submissions. */
export const submissionColumns: Columns<SubmissionState> = {
  attempts: changing('attempts', 'integer'),
  nextStep: changing('next_step', 'text'),
  nextAttemptAt: changing('next_attempt_at', 'timestamptz'),
  nextAttemptLiveMs: changing('next_attempt_live_ms', 'bigint', LIVE_MS),
  submissionEndsAt: changing('submission_ends_at', 'timestamptz'),
  submissionEndsLiveMs: changing('submission_ends_live_ms', 'bigint', LIVE_MS),
  notFoundAt: changing('not_found_at', 'timestamptz'),
  inquiries: changing('inquiries', 'integer'),
  waitingFor: changing('waiting_for', 'text'),
  waitingAt: changing('waiting_at', 'text'),
  needsAttention: changing('needs_attention', 'boolean'),
};

/** The columns that record an order's answers in addition to its timeline. */
export const answerColumns: Columns<{ readonly answers: AnswerTally }> = {
  answers: group<AnswerTally>({
    last: changing('last_answer', 'text'),
    unchanged: changing('unchanged_inquiries', 'integer'),
    unchangedAt: changing('last_unchanged_at', 'timestamptz'),
  }),
};

/** The merchant and the id: the key of every table of orders. */
export const keyColumns: Columns<{ readonly merchantId: string; readonly id: string }> = {
  merchantId: fixed('merchant_id', 'uuid'),
  id: fixed('id', 'uuid'),
};
