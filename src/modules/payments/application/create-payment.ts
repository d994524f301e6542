import { Injectable } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { type Book, Books } from '../../../platform/group-commit/group-commit.public.js';
import { PaymentGateways, ConfiguredRecovery } from '../../gateways/gateways.public.js';
import { idempotencyRecords, once } from '../../idempotency/idempotency.public.js';
import type { StoredReply, KeyedRequest } from '../../idempotency/idempotency.public.js';
import type { Reply } from '../../../shared/reply.js';
import { assertRoomFor } from '../../ledger/ledger.public.js';
import { isMerchantActive, MerchantInactive, merchantRows } from '../../merchants/merchants.public.js';
import { Payment } from '../domain/payment.js';
import type { Customer, PaymentState } from '../domain/payment-state.js';
import { paymentReferences } from '../domain/payment-tables.js';
import {
  CurrencyNotSupported,
  DuplicatePaymentReference,
  LimitExceeded,
  PurposeCodeRequired,
} from '../domain/refusals.js';
import { PaymentSettings } from '../payments.settings.js';
import { stagePayment } from './stage-payment.js';
import type { Currency } from '../../gateways/gateways.language.js';

export interface CreatePaymentCommand {
  readonly merchantId: string;
  readonly actor: string;
  readonly amountMinor: bigint;
  readonly currency: Currency;
  readonly description: string | null;
  readonly customer: Customer | null;
  readonly purposeCode: string | null;
  readonly referenceId: string | null;
  readonly origin: Origin;
}

/**
 * A merchant asks for a payer to be charged.
 *
 * The idempotency record, the payment, its timeline, the event and the reply are one commit; no money moves yet. A
 * crash before it leaves nothing; after it the payment is due, and the relay or the sweep continues.
 */
@Injectable()
export class CreatePayment {
  constructor(
    private readonly books: Books,
    private readonly settings: PaymentSettings,
    private readonly recovery: ConfiguredRecovery,
    private readonly gateways: PaymentGateways,
  ) {}

  /**
   * @throws MerchantInactive, IdempotencyKeyReused, AmountTooLarge, Overloaded; recorded refusals come back as a reply:
   * DuplicatePaymentReference, PurposeCodeRequired, CurrencyNotSupported, LimitExceeded, in this order
   */
  execute(
    command: CreatePaymentCommand,
    request: KeyedRequest,
    reply: (payment: PaymentState) => Reply,
  ): Promise<StoredReply> {
    const { merchantId, referenceId, origin } = command;
    const reads = [
      idempotencyRecords.row(request.key),
      merchantRows.row(''),
      ...(referenceId === null ? [] : [paymentReferences.row(referenceId)]),
    ];
    const decide = (book: Book): StoredReply => once(book, request, () => reply(this.decide(book, command)));
    return this.books.write(merchantId, { reads, decide, origin });
  }

  private decide(book: Book, { actor, origin: _, ...requested }: CreatePaymentCommand): PaymentState {
    const { referenceId, currency } = requested;
    if (!isMerchantActive(book)) throw new MerchantInactive();
    const earlier = referenceId === null ? undefined : book.get(paymentReferences, referenceId);
    if (earlier !== undefined) throw new DuplicatePaymentReference(earlier);
    if (currency !== 'INR' && requested.purposeCode === null) throw new PurposeCodeRequired(currency);
    if (this.gateways.takers(currency).length === 0) throw new CurrencyNotSupported(currency);
    const limitPaise = BigInt(this.settings.limitPaise);
    if (currency === 'INR' && requested.amountMinor > limitPaise) throw new LimitExceeded(limitPaise);
    // For other currencies the amount in rupees is not known yet.
    assertRoomFor(book, currency === 'INR' ? requested.amountMinor : limitPaise);
    const firstStepAt = this.recovery.leaseEnd(book.now);
    const payment = Payment.request({ id: book.nextId(), ...requested }, { now: book.now, actor }, firstStepAt);
    stagePayment(book, payment);
    return payment.state;
  }
}
