import { Injectable } from '@nestjs/common';
import type { RecoveryPolicy } from '../../../shared/recovery.js';
import { Config } from '../../../platform/config/config.public.js';

/** What a gateway declares of itself, as far as recovery relies on it. */
type Capabilities = Pick<RecoveryPolicy, 'idempotentSubmission' | 'authoritativeInquiry'>;

/** How long orders wait for a gateway, and what is done about those of which nothing is heard. */
@Injectable()
export class Recovery {
  constructor(private readonly config: Config) {}

  /** When a step that is claimed now counts as ended; a new order is swept up then, if its job was lost. */
  leaseEnd(now: Date): Date {
    return new Date(now.getTime() + this.config.payoutProcessingTimeoutSeconds * 1000);
  }

  /**
   * Whether a call may begin now for which the step was claimed at `claimedAt` (`performance.now()`). A process that was
   * held up must not call a gateway when recovery already counts the call as ended.
   */
  fitsIntoLease(claimedAt: number): boolean {
    return this.config.fitsIntoLease(claimedAt);
  }

  /** @param capabilities undefined: of a gateway that is no longer enabled nothing is known, so nothing is relied upon */
  policyFor(capabilities: Capabilities | undefined): RecoveryPolicy {
    return {
      processingTimeoutMs: this.config.payoutProcessingTimeoutSeconds * 1000,
      maxRetries: this.config.payoutMaxRetries,
      idempotentSubmission: capabilities?.idempotentSubmission ?? false,
      authoritativeInquiry: capabilities?.authoritativeInquiry ?? false,
      jitter: Math.random(),
    };
  }
}
