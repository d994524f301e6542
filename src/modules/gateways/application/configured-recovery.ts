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
import { elapsedSince } from './process-clocks.js';
import { SubmissionSettings } from '../gateways.settings.js';

/** The capabilities of a gateway that recovery relies on. */
type Capabilities = Pick<RecoveryPolicy, 'idempotentSubmission' | 'authoritativeInquiry'> &
  Partial<Pick<RecoveryPolicy, 'canBeInquired'>>;

/** By live time alone a lease may count as over this much too early: the margin, and one tick, which is shorter. */
const MARGIN_AND_TICK_MS = 2 * LIVE_MARGIN_MS;

/** The least time to begin a call in, which a busy process needs; on short time-outs the reserve shrinks for it. */
const TO_BEGIN_MS = 2_000;

/** The rules of recovery (`shared/submissions/recovery.ts`), with this process's time-outs and a gateway's promises. */
@Injectable()
export class ConfiguredRecovery {
  readonly longestPlan: LongestPlan;

  constructor(private readonly settings: SubmissionSettings) {
    this.longestPlan = longestPlan(settings.processingTimeoutSeconds * 1000);
  }

  /** When the lease of a step that is claimed now ends. A new order whose job was lost is found by a sweep then. */
  leaseEnd({ clockTime }: Moment): Date {
    return new Date(clockTime.getTime() + this.settings.processingTimeoutSeconds * 1000);
  }

  /** The step that may be claimed now, or null. */
  dueStep(state: SubmissionState, now: Moment): NextStep | null {
    return dueStep(state, now, this.settings.processingTimeoutSeconds * 1000);
  }

  /** The change of state when an inquiry is claimed now. */
  inquiryClaimed(state: SubmissionState, now: Moment): SubmissionPlan {
    return inquiryClaimed(state, this.leaseEnd(now), now);
  }

  /**
   * Whether the call for a step that was claimed at `claimedAt` (by `monotonicNow`) may still begin. A process that was
   * held up must not call a gateway when recovery already counts the call as ended. After a jump of the clock recovery
   * goes by live time alone, and may do so a margin and a tick too early. This much time is reserved; time-outs below
   * twelve seconds have room for only a part of it.
   */
  fitsIntoLease(claimedAt: number): boolean {
    const { processingTimeoutSeconds, gatewayTimeoutSeconds } = this.settings;
    const slackMs = (processingTimeoutSeconds - gatewayTimeoutSeconds) * 1000;
    const reservedMs = Math.max(0, Math.min(MARGIN_AND_TICK_MS, slackMs - TO_BEGIN_MS));
    return elapsedSince(claimedAt).atMost < slackMs - reservedMs;
  }

  /**
   * @param capabilities undefined: the gateway is no longer enabled, so recovery relies on none of its promises
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
