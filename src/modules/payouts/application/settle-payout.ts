import { Injectable, Logger } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { Config } from '../../../platform/config/config.js';
import { inStep } from '../../../platform/tracing/spans.js';
import { BankGateways } from '../../gateways/gateways.public.js';
import type { Payout } from '../domain/payout.js';
import type { PayoutState } from '../domain/payout-state.js';
import { afterInquiry, afterSubmission, type BankAnswer, type RecoveryPolicy } from '../domain/recovery.js';
import { ChangePayout } from './change-payout.js';

/** Which call the answer is to. */
export interface AnsweredCall {
  readonly kind: 'submission' | 'inquiry';
  readonly gateway: string;
  /** The attempt that was current when the call began. */
  readonly attempt: number;
  /** The request that it goes back to, if that is known. */
  readonly origin?: Origin | null;
}

/**
 * Takes in what the bank has said of a payout. The status and its money move in one commit, under the book's lock, and
 * only from `processing`: the same answer twice, from two workers, or after an operator's decision, moves nothing.
 */
@Injectable()
export class SettlePayout {
  private readonly logger = new Logger(SettlePayout.name);

  constructor(
    private readonly payouts: ChangePayout,
    private readonly banks: BankGateways,
    private readonly config: Config,
  ) {}

  execute(merchantId: string, id: string, call: AnsweredCall, answer: BankAnswer): Promise<void> {
    const step = { name: 'settle payout', kind: 'internal', attributes: { 'bahi.payout.id': id } } as const;
    return inStep(step, call.origin ?? null, async (origin, add) => {
      add({ 'bahi.payout.status': await this.takeIn(merchantId, id, { ...call, origin }, answer) });
    });
  }

  private async takeIn(merchantId: string, id: string, call: AnsweredCall, answer: BankAnswer): Promise<string> {
    const { gateway, origin } = call;
    let contradicted = false;
    const settle = (payout: Payout, now: Date): void => {
      const before = payout.state.bankDisagrees;
      this.settle(payout, call, answer, now);
      contradicted = payout.state.bankDisagrees && !before;
    };
    const { status } = await this.payouts.execute(merchantId, id, settle, { origin });
    const alarm = `ALARM: payout ${id} is ${status}, and ${gateway} says ${answer.kind}`;
    if (contradicted) this.logger.error({ msg: alarm, request_id: origin?.request_id });
    return status;
  }

  private settle(payout: Payout, call: AnsweredCall, answer: BankAnswer, now: Date): void {
    const cause = { now, actor: `bank:${call.gateway}` };
    // A later submission may be on its way; only its own answer, or an inquiry, can say that nothing will be paid.
    const isLatest = call.attempt === payout.state.attempts;
    if (payout.state.status !== 'processing') {
      if (isContrary(payout.state, answer, isLatest)) payout.contradict({ bank_says: answer }, cause);
      return;
    }
    if (answer.kind === 'succeeded') return payout.complete(answer.utr, cause);
    if (!isLatest) return;
    if (answer.kind === 'rejected') return payout.fail(answer.failure, { ...cause, reason: answer.failure.reason });
    const decide = call.kind === 'submission' ? afterSubmission : afterInquiry;
    decide(payout, answer, this.policyFor(call.gateway), now);
  }

  private policyFor(gateway: string): RecoveryPolicy {
    const capabilities = this.banks.get(gateway)?.capabilities;
    return {
      processingTimeoutMs: this.config.payoutProcessingTimeoutSeconds * 1000,
      maxRetries: this.config.payoutMaxRetries,
      // Of a bank that is no longer enabled nothing is known, so nothing is relied upon.
      idempotentSubmission: capabilities?.idempotentSubmission ?? false,
      authoritativeInquiry: capabilities?.authoritativeInquiry ?? false,
      jitter: Math.random(),
    };
  }
}

/**
 * Whether the bank says the opposite of an end that the payout already has. It is kept and shown, and changes nothing.
 * `pending` is the opposite of failed: the bank has it, and may still pay.
 */
function isContrary({ status, utr }: PayoutState, answer: BankAnswer, isLatest: boolean): boolean {
  const paid = status === 'completed' || status === 'reversed';
  if (answer.kind === 'succeeded') return !paid || answer.utr !== utr;
  if (answer.kind === 'pending') return !paid;
  return answer.kind === 'rejected' && paid && isLatest;
}
