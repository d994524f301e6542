import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  actorOf,
  API_PREFIX,
  Caller,
  createdReply,
  IdempotencyKey,
  keyedRequest,
  MerchantId,
  originOf,
  type Principal,
  ProblemResponses,
  sendStoredReply,
} from '../../../platform/http/http.public.js';
import { IdempotencySettings, parseIdempotencyKey } from '../../idempotency/idempotency.public.js';
import { CreatePayment } from '../application/create-payment.js';
import { paymentView } from '../application/payment-view.js';
import { PaymentDocument } from './payment-documents.js';
import { CreatePaymentBody, type CustomerBody } from './payment-requests.js';

/** A body that works as it is: the amount's last digits make the simulated provider charge it. */
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

@ApiTags('payments')
@Controller('payments')
export class CreatePaymentController {
  constructor(
    private readonly createPayment: CreatePayment,
    private readonly idempotency: IdempotencySettings,
  ) {}

  @Post()
  @ApiOperation({ operationId: 'createPayment', summary: 'Charge a payer, at home or abroad' })
  @ApiBody({ type: CreatePaymentBody, examples: EXAMPLES })
  @ApiCreatedResponse({ type: PaymentDocument, description: 'The payment is on its way to the gateway.' })
  @ApiOkResponse({ type: PaymentDocument, description: 'The same request was made before; this was its answer.' })
  @ProblemResponses(
    'validation_failed',
    'idempotency_key_missing',
    'merchant_inactive',
    'idempotency_key_reused',
    'duplicate_reference',
    'purpose_code_required',
    'currency_not_supported',
    'limit_exceeded',
    'overloaded',
  )
  async create(
    @Caller() caller: Principal,
    @MerchantId() merchantId: string,
    @IdempotencyKey(parseIdempotencyKey) key: string,
    @Body() body: CreatePaymentBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const details = {
      currency: body.currency,
      description: body.description ?? null,
      customer: customerOf(body.customer),
      purposeCode: body.purpose_code ?? null,
      referenceId: body.reference_id ?? null,
    };
    const parts = ['POST', '/payments', String(body.amount), details];
    const keyed = keyedRequest(key, this.idempotency.windowHours, parts, request);
    const asked = { merchantId, actor: actorOf(caller), amountMinor: BigInt(body.amount), origin: originOf(request) };
    let id = '';
    const answer = await this.createPayment.execute({ ...asked, ...details }, keyed, (payment) => {
      id = payment.id;
      return createdReply(paymentView(payment));
    });
    await sendStoredReply(reply, answer, `/${API_PREFIX}/payments/${id}`);
  }
}

function customerOf(body: CustomerBody | undefined) {
  if (body === undefined || body === null) return null;
  return { name: body.name ?? null, email: body.email ?? null, paymentMethod: body.payment_method ?? null };
}
