import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Money } from '../../../shared/money.js';
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
import { CreatePayout } from '../application/create-payout.js';
import { payoutView } from '../application/payout-view.js';
import { usualMode } from '../domain/transfer-mode.js';
import { PayoutDocument } from './payout-documents.js';
import { CreatePayoutBody } from './payout-requests.js';

/** Bodies that work as they are, with the demo data of `make start` and the key of Acme Agency. */
const TO_ACME = { amount_paise: 50_000, bank_account_id: '01890000-0000-7000-8000-0000000c0001' };
const EXAMPLES = {
  'the least': { value: TO_ACME },
  everything: { value: { ...TO_ACME, currency: 'INR', mode: 'NEFT', reference_id: 'INV-117', narration: 'November' } },
};

@ApiTags('payouts')
@Controller('payouts')
export class CreatePayoutController {
  constructor(
    private readonly createPayout: CreatePayout,
    private readonly idempotency: IdempotencySettings,
  ) {}

  @Post()
  @ApiOperation({ operationId: 'createPayout', summary: 'Pay money out to a bank account' })
  @ApiBody({ type: CreatePayoutBody, examples: EXAMPLES })
  @ApiCreatedResponse({ type: PayoutDocument, description: 'The amount is held and the payout is on its way.' })
  @ApiOkResponse({ type: PayoutDocument, description: 'The same request was made before; this was its answer.' })
  @ProblemResponses(
    'validation_failed',
    'idempotency_key_missing',
    'merchant_inactive',
    'idempotency_key_reused',
    'duplicate_reference',
    'bank_account_unknown',
    'bank_account_inactive',
    'mode_not_supported',
    'insufficient_funds',
    'overloaded',
  )
  async create(
    @Caller() caller: Principal,
    @MerchantId() merchantId: string,
    @IdempotencyKey(parseIdempotencyKey) key: string,
    @Body() body: CreatePayoutBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const amount = Money.ofPaise(BigInt(body.amount_paise));
    const details = {
      bankAccountId: body.bank_account_id,
      mode: body.mode ?? null,
      referenceId: body.reference_id ?? null,
      narration: body.narration ?? null,
    };
    const compared = { ...details, mode: details.mode ?? usualMode(amount) };
    const parts = ['POST', '/payouts', amount.paise.toString(), compared];
    const keyed = keyedRequest(key, this.idempotency.windowHours, parts, request);
    const command = { merchantId, actor: actorOf(caller), amount, ...details, origin: originOf(request) };
    let id = '';
    const answer = await this.createPayout.execute(command, keyed, (payout) => {
      id = payout.id;
      return createdReply(payoutView(payout));
    });
    await sendStoredReply(reply, answer, `/${API_PREFIX}/payouts/${id}`);
  }
}
