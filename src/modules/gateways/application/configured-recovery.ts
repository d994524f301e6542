import { Injectable } from '@nestjs/common';
import { LIVE_MARGIN_MS, type Moment } from '../../../shared/moment.js';
import type { RecoveryPolicy } from '../../../shared/submissions/recovery.js';
import {
  dueStep,
  inquiryClaimed,
  type LongestPlan,
  longestPlan,
  type NextStep,
  type SubmissionPlan,
  type SubmissionState,
} from '../../../shared/submissions/submission.js';
import { elapsedSince } from './elapsed.js';
import { SubmissionSettings } from '../gateways.settings.js';

/** What a gateway declares of itself, as far as recovery relies on it. */
type Capabilities = Pick<RecoveryPolicy, 'idempotentSubmission' | 'authoritativeInquiry'> &
  Partial<Pick<RecoveryPolicy, 'canBeInquired'>>;

/** By live time alone a lease counts as over so much early: the margin, and a tick, which is less. */
const MARGIN_AND_TICK_MS = 2 * LIVE_MARGIN_MS;

/** What is left to begin a call in, where a short time-out has not room for both: a busy process needs it. */
const TO_BEGIN_MS = 2_000;

/** The rules of recovery (`shared/submissions/recovery.ts`) as this process is configured: its time-outs, and what gateways declare. */
@Injectable()
export class ConfiguredRecovery {
  readonly longestPlan: LongestPlan;

  constructor(private readonly settings: SubmissionSettings) {
    this.longestPlan = longestPlan(settings.processingTimeoutSeconds * 1000);
  }

  /** When a step that is claimed now counts as ended; a new order is swept up then, if its job was lost. */
  leaseEnd({ clockTime }: Moment): Date {
    return new Date(clockTime.getTime() + this.settings.processingTimeoutSeconds * 1000);
  }

  /** The step that may be claimed now, or null. */
  dueStep(state: SubmissionState, now: Moment): NextStep | null {
    return dueStep(state, now, this.settings.processingTimeoutSeconds * 1000);
  }

  /** What changes when an inquiry is claimed now. */
  inquiryClaimed(state: SubmissionState, now: Moment): SubmissionPlan {
    return inquiryClaimed(state, this.leaseEnd(now), now);
  }

  /**
   * Whether a call may begin now for which the step was claimed at `claimedAt` (by `monotonicNow`). A process that
   * was held up must not call a gateway when recovery already counts the call as ended. By live time alone, when a clock
   * has jumped, it does so a margin and a tick early: so much time is reserved, which a time-out below twelve seconds has not.
   */
  fitsIntoLease(claimedAt: number): boolean {
    const { processingTimeoutSeconds, gatewayTimeoutSeconds } = this.settings;
    const slackMs = (processingTimeoutSeconds - gatewayTimeoutSeconds) * 1000;
    const reservedMs = Math.max(0, Math.min(MARGIN_AND_TICK_MS, slackMs - TO_BEGIN_MS));
    return elapsedSince(claimedAt).atMost < slackMs - reservedMs;
  }

  /**
   * @param capabilities undefined: of a gateway that is no longer enabled nothing is known, so nothing is relied upon
   */
  policyFor(capabilities: Capabilities | undefined): RecoveryPolicy {
    return {
      processingTimeoutMs: this.settings.processingTimeoutSeconds * 1000,
      maxRetries: this.settings.maxRetries,
      idempotentSubmission: capabilities?.idempotentSubmission ?? false,
      authoritativeInquiry: capabilities?.authoritativeInquiry ?? false,
      canBeInquired: capabilities?.canBeInquired ?? true,
      jitter: Math.random(),
    };
  }
}
