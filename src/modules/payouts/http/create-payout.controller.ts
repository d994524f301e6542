import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Money } from '../../../shared/money.js';
import { sha256 } from '../../../shared/sha256.js';
import { Config } from '../../../platform/config/config.js';
import { jsonOf } from '../../../platform/http/json.js';
import { ProblemResponses } from '../../../platform/http/openapi.js';
import { actorOf, Caller, MerchantId, type Principal } from '../../../platform/http/principal.js';
import { problemOf } from '../../../platform/http/problems.js';
import { IdempotencyKey } from '../../../platform/http/request-params.js';
import { type KeyedRequest, parseIdempotencyKey, type Reply } from '../../idempotency/idempotency.public.js';
import { CreatePayout } from '../application/create-payout.js';
import { type PayoutView, payoutView } from '../application/payout-view.js';
import type { PayoutState } from '../domain/payout-state.js';
import { PayoutDocument } from './payout-documents.js';
import { CreatePayoutBody } from './payout-requests.js';

@ApiTags('payouts')
@Controller('payouts')
export class CreatePayoutController {
  constructor(
    private readonly createPayout: CreatePayout,
    private readonly config: Config,
  ) {}

  @Post()
  @ApiOperation({ operationId: 'createPayout', summary: 'Pay money out to a bank account' })
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
    const command = {
      amountPaise: body.amount_paise,
      bankAccountId: body.bank_account_id,
      mode: body.mode ?? null,
      referenceId: body.reference_id ?? null,
      narration: body.narration ?? null,
    };
    const keyed: KeyedRequest = {
      key,
      requestHash: sha256(JSON.stringify(['POST', '/payouts', command])),
      windowHours: this.config.payoutIdempotencyWindowHours,
      refusal: (error) => problemOf(error, request.id),
    };
    const { amountPaise, ...rest } = command;
    const answer = await this.createPayout.execute(
      { merchantId, actor: actorOf(caller), amount: Money.ofPaise(BigInt(amountPaise)), ...rest },
      keyed,
      created,
    );
    if (answer.status === 201) reply.header('location', `${request.url}/${(JSON.parse(answer.body) as PayoutView).id}`);
    if (answer.replayed) reply.header('idempotent-replayed', 'true');
    // As bytes: a recorded answer is sent as it was recorded, content type included.
    await reply.status(answer.status).header('content-type', answer.contentType).send(Buffer.from(answer.body));
  }
}

function created(payout: PayoutState): Reply {
  return { status: 201, contentType: 'application/json; charset=utf-8', body: jsonOf(payoutView(payout)) };
}
