import { Injectable, Logger } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import type { RecoveryPolicy } from '../../../shared/recovery.js';
import { Config } from '../../../platform/config/config.public.js';
import { inStep } from '../../../platform/tracing/tracing.public.js';
import { BankGateways } from '../../gateways/gateways.public.js';
import { ledgerCauses } from '../../ledger/ledger.public.js';
import type { Payout } from '../domain/payout.js';
import type { PayoutStatus } from '../domain/payout-status.js';
import type { BankAnswer } from '../domain/bank-answer.js';
import { applyAnswer } from '../domain/settlement.js';
import { ChangePayout } from './change-payout.js';
import { type EndedCall, answerRecord } from './bank-calls.js';
import { settlementCause } from './stage-payout.js';

/**
 * Takes in what the bank has said of a payout. The status, its money and the bank's words are kept in one commit, under
 * the book's lock. A crash before it: the bank is asked again, or calls again; a crash after it: it is done.
 */
@Injectable()
export class SettlePayout {
  private readonly logger = new Logger(SettlePayout.name);

  constructor(
    private readonly payouts: ChangePayout,
    private readonly banks: BankGateways,
    private readonly config: Config,
  ) {}

  /**
   * @param origin the request that it goes back to, if that is known
   * @returns where the payout stands now
   * @throws PayoutNotFound, Overloaded
   */
  execute(
    merchantId: string,
    id: string,
    call: EndedCall,
    answer: BankAnswer,
    origin: Origin | null = null,
  ): Promise<PayoutStatus> {
    const step = { name: 'settle payout', kind: 'internal', attributes: { 'bahi.payout.id': id } } as const;
    return inStep(step, origin, async (inner, add) => {
      const status = await this.settle(merchantId, id, call, answer, inner);
      add({ 'bahi.payout.status': status });
      return status;
    });
  }

  private async settle(
    merchantId: string,
    id: string,
    call: EndedCall,
    answer: BankAnswer,
    origin: Origin | null,
  ): Promise<PayoutStatus> {
    let contradicted = false;
    const settle = (payout: Payout, now: Date): void => {
      const [before, events] = [payout.state.bankDisagrees, payout.newEvents.length];
      applyAnswer(payout, call, answer, this.policyFor(call.gateway), now);
      payout.recordAnswer(answerRecord(call, answer), events, { now, actor: `bank:${call.gateway}` });
      contradicted = payout.state.bankDisagrees && !before;
    };
    const reads = answer.kind === 'returned' ? [ledgerCauses.row(settlementCause(id))] : [];
    const { status } = await this.payouts.execute(merchantId, id, settle, { origin, reads });
    const alarm = `ALARM: payout ${id} is ${status}, and ${call.gateway} says ${answer.kind}`;
    if (contradicted) this.logger.error({ msg: alarm, request_id: origin?.request_id });
    return status;
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
