import { Body, Controller } from '@nestjs/common';
import { ApiTags, Keyed, KeyedPost, MerchantId, PostOnce } from '../../../platform/http/http.public.js';
import { AmountTooLarge } from '../../ledger/ledger.public.js';
import { MerchantInactive } from '../../merchants/merchants.public.js';
import { KeyRoom, parseIdempotencyKey, TooManyIdempotencyKeys } from '../../idempotency/idempotency.public.js';
import { CreatePayment } from '../application/create-payment.js';
import { paymentView } from '../application/payment-view.js';
import {
  CurrencyNotSupported,
  DuplicatePaymentReference,
  LimitExceeded,
  PurposeCodeRequired,
} from '../domain/refusals.js';
import { PaymentDocument } from './payment-documents.js';
import { CreatePaymentBody, type CustomerBody } from './payment-requests.js';

/** A body that works as it is: the last digits of the amount make the simulated provider charge it. */
const FROM_ABROAD = { amount: 12_001, currency: 'USD', purpose_code: 'P0802' };
const EXAMPLES = {
  'from abroad': { value: FROM_ABROAD },
  'in rupees': { value: { amount: 50_001, currency: 'INR' } },
  everything: {
    value: {
      ...FROM_ABROAD,
      description: 'Website for Globex',
      customer: { name: 'Globex Corporation', email: 'ap@globex.example' },
      reference_id: 'INV-118',
    },
  },
};

@ApiTags('Payments')
@Controller('payments')
export class CreatePaymentController {
  constructor(
    private readonly createPayment: CreatePayment,
    private readonly keys: KeyRoom,
  ) {}

  @PostOnce('', PaymentDocument, {
    operationId: 'createPayment',
    summary: 'Charge a payer, in India or abroad',
    description:
      'The payment is `created` until a provider has it. Once the provider reports the charge, its amount is ' +
      'credited in rupees, less fee and GST.',
    body: CreatePaymentBody,
    examples: EXAMPLES,
    created: 'The payment was created and is being sent to the provider.',
    refusals: [
      MerchantInactive,
      DuplicatePaymentReference,
      PurposeCodeRequired,
      CurrencyNotSupported,
      LimitExceeded,
      AmountTooLarge,
      TooManyIdempotencyKeys,
    ],
  })
  async create(
    @MerchantId('payment') merchantId: string,
    @Keyed(parseIdempotencyKey) post: KeyedPost,
    @Body() body: CreatePaymentBody,
  ): Promise<void> {
    const details = {
      currency: body.currency,
      description: body.description ?? null,
      customer: customerOf(body.customer),
      purposeCode: body.purpose_code ?? null,
      referenceId: body.reference_id ?? null,
    };
    const compared = ['/payments', String(body.amount), details];
    const command = { merchantId, ...post.by, amountMinor: BigInt(body.amount), ...details };
    const terms = { keys: this.keys.termsFor(merchantId), compared, collection: '/payments' };
    await post.answer(terms, (request, created) =>
      this.createPayment.execute(command, request, (payment) => created(paymentView(payment, post.caller))),
    );
  }
}

function customerOf(body: CustomerBody | undefined) {
  if (body === undefined || body === null) return null;
  return { name: body.name ?? null, email: body.email ?? null, paymentMethod: body.payment_method ?? null };
}
