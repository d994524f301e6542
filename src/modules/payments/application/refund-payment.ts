import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { type Book, Books } from '../../../platform/group-commit/group-commit.public.js';
import { ConfiguredRecovery } from '../../gateways/gateways.public.js';
import { idempotencyRecords, once, RememberedKeys } from '../../idempotency/idempotency.public.js';
import type { StoredReply, KeyedRequest } from '../../idempotency/idempotency.public.js';
import type { Reply } from '../../../shared/reply.js';
import { isMerchantActive, MerchantInactive, merchantRows } from '../../merchants/merchants.public.js';
import { paymentRows } from '../domain/payment-tables.js';
import { Refund } from '../domain/refund.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { PaymentNotFound, TooManyOpenRefunds } from '../domain/refusals.js';
import { PaymentSettings } from '../payments.settings.js';
import { stagePayment, paymentIn } from './stage-payment.js';

export interface RefundPaymentCommand {
  readonly merchantId: string;
  readonly paymentId: string;
  readonly actor: string;
  /** In minor units of the payment's currency; null: all that is left. */
  readonly amountMinor: bigint | null;
  readonly origin: Origin;
}

/**
 * A merchant gives money back to a payer: all of a payment, or a part.
 *
 * The idempotency record, the hold, the refund, the payment's timeline, the event and the reply are one commit. A crash
 * before it leaves nothing; after it the refund is due, and the relay or the sweep continues.
 */
@Injectable()
export class RefundPayment {
  constructor(
    private readonly books: Books,
    private readonly settings: PaymentSettings,
    private readonly recovery: ConfiguredRecovery,
    private readonly payments: PaymentReader,
    private readonly keys: RememberedKeys,
  ) {}

  /**
   * @throws PaymentNotFound, MerchantInactive, TooManyOpenRefunds, InvalidPaymentTransition, IdempotencyKeyReused,
   *   Overloaded; recorded refusals come back as a reply: RefundExceedsPayment, InsufficientFunds
   */
  async execute(
    command: RefundPaymentCommand,
    request: KeyedRequest,
    reply: (refund: Refund) => Reply,
  ): Promise<StoredReply> {
    const { merchantId, paymentId, origin } = command;
    const isFull = await this.isFull(merchantId, request.key);
    const reads = [idempotencyRecords.row(request.key), merchantRows.row(''), paymentRows.row(paymentId)];
    const decide = (book: Book): StoredReply => once(book, request, () => reply(this.decide(book, command, isFull)));
    return this.books.write(merchantId, { reads, decide, origin });
  }

  /** Checked before the lock, so concurrent requests may exceed the limit by their number. A repeat is not limited. */
  private async isFull(merchantId: string, key: string): Promise<boolean> {
    if (await this.keys.has(merchantId, key)) return false;
    const { openRefunds } = this.settings;
    return (await this.payments.openRefunds(merchantId, openRefunds)) >= openRefunds;
  }

  private decide(book: Book, { paymentId, amountMinor, actor }: RefundPaymentCommand, isFull: boolean): Refund {
    const payment = paymentIn(book, paymentId);
    if (payment === null) throw new PaymentNotFound();
    if (!isMerchantActive(book)) throw new MerchantInactive();
    if (isFull) throw new TooManyOpenRefunds(this.settings.openRefunds);
    const request = { id: book.nextId(), amountMinor, returnsFee: this.settings.refundsFee };
    const firstStepAt = this.recovery.leaseEnd(book.now);
    const refund = Refund.request(payment, request, { now: book.now, actor }, firstStepAt);
    stagePayment(book, payment, refund);
    return refund;
  }
}
