import { Injectable, Logger } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import type { RecoveryPolicy } from '../../../shared/recovery.js';
import { Config } from '../../../platform/config/config.public.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { inStep } from '../../../platform/tracing/tracing.public.js';
import { PaymentGateways } from '../../gateways/gateways.public.js';
import type { Payment } from '../domain/payment.js';
import type { Refund } from '../domain/refund.js';
import { type ProviderAnswer, applyAnswer } from '../domain/settlement.js';
import { type ChangedOrder, ChangeOrder, type OrderKey } from './change-order.js';
import { type EndedCall, answerRecord } from './provider-calls.js';

/** After about two seconds the lease is what helps: the inquiry finds the same answer again. */
const TRIES = 4;
const PAUSE_MS = 300;

/**
 * Takes in what the provider has said of a payment or a refund. The status, its money and the provider's words are kept
 * in one commit, under the book's lock. A crash before it: the provider is asked again; after it: it is done.
 */
@Injectable()
export class SettleOrder {
  private readonly logger = new Logger(SettleOrder.name);

  constructor(
    private readonly orders: ChangeOrder,
    private readonly gateways: PaymentGateways,
    private readonly config: Config,
  ) {}

  /** @throws PaymentNotFound, Overloaded */
  execute(key: OrderKey, call: EndedCall, answer: ProviderAnswer, origin: Origin | null = null): Promise<ChangedOrder> {
    const about = key.refundId === null ? 'payment' : 'refund';
    const attributes = { [`bahi.${about}.id`]: key.refundId ?? key.paymentId };
    return inStep({ name: `settle ${about}`, kind: 'internal', attributes }, origin, async (inner) => {
      // What the provider has said is in our hands: a book that is held for a moment is no reason to ask it again.
      for (let tries = 1; ; tries++) {
        try {
          return await this.settle(key, call, answer, inner);
        } catch (error) {
          if (!(error instanceof Overloaded) || tries === TRIES) throw error;
          await new Promise((resolve) => setTimeout(resolve, tries * PAUSE_MS));
        }
      }
    });
  }

  private async settle(key: OrderKey, call: EndedCall, answer: ProviderAnswer, origin: Origin | null) {
    const policy = this.policyFor(call.gateway);
    let contradicted = false;
    const changed = await this.orders.execute(
      key,
      (order, now) => {
        const [before, events] = [order.state, eventsOf(order)];
        applyAnswer(order, call, answer, policy, now);
        contradicted = order.state.gatewayDisagrees && !before.gatewayDisagrees;
        // What an inquiry finds unchanged once the order has ended is no news.
        if (order.state !== before || before.nextAttemptAt !== null)
          order.recordAnswer(answerRecord(call, answer), events, { now, actor: `gateway:${call.gateway}` });
      },
      origin,
    );
    const what = key.refundId === null ? `payment ${key.paymentId}` : `refund ${key.refundId}`;
    const status = (changed.refund ?? changed.payment).status;
    const alarm = `ALARM: ${what} is ${status}, and ${call.gateway} says ${answer.kind}`;
    if (contradicted) this.logger.error({ msg: alarm, request_id: origin?.request_id });
    return changed;
  }

  private policyFor(gateway: string): RecoveryPolicy {
    const capabilities = this.gateways.get(gateway)?.capabilities;
    return {
      processingTimeoutMs: this.config.payoutProcessingTimeoutSeconds * 1000,
      maxRetries: this.config.payoutMaxRetries,
      // Of a provider that is no longer enabled nothing is known, so nothing is relied upon.
      idempotentSubmission: capabilities?.idempotentSubmission ?? false,
      authoritativeInquiry: capabilities?.authoritativeInquiry ?? false,
      jitter: Math.random(),
    };
  }
}

function eventsOf(order: Payment | Refund): number {
  return ('payment' in order ? order.payment : order).newEvents.length;
}
