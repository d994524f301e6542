import { Body, Controller, Get, Patch, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  API_PREFIX,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  Forbidden,
  IdParam,
  NotFound,
  OperatorOnly,
  ProblemResponses,
  ValidationFailed,
} from '../../../platform/http/http.public.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { ChangeMerchant } from '../application/change-merchant.js';
import { CreateMerchant } from '../application/create-merchant.js';
import { merchantView } from '../application/merchant-view.js';
import { Merchants } from '../domain/merchants.js';
import { MerchantNotFound } from '../domain/refusals.js';
import { MerchantDocument } from './merchant-documents.js';
import { CreateMerchantBody, UpdateMerchantBody } from './merchant-requests.js';

/** Admitting, changing and deactivating merchants. */
@ApiTags('Merchants')
@OperatorOnly()
@Controller('merchants')
export class MerchantsController {
  constructor(
    private readonly merchants: Merchants,
    private readonly create: CreateMerchant,
    private readonly change: ChangeMerchant,
  ) {}

  @Post()
  @ApiOperation({
    operationId: 'createMerchant',
    summary: 'Create a merchant and its book',
    description:
      'The merchant starts without keys and without money. Issue a key with `POST /merchants/{id}/api-keys`.',
  })
  @ApiCreatedResponse({ type: MerchantDocument })
  @ProblemResponses(ValidationFailed, Forbidden)
  async createMerchant(
    @Body() { name, email }: CreateMerchantBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MerchantDocument> {
    const merchant = await this.create.execute({ name, email });
    reply.header('location', `/${API_PREFIX}/merchants/${merchant.id}`);
    return merchantView(merchant);
  }

  @Get(':id')
  @ApiOperation({
    operationId: 'getMerchant',
    summary: 'Read one merchant',
    description: 'For its balance, see `GET /balance`.',
  })
  @ApiOkResponse({ type: MerchantDocument })
  @ProblemResponses(NotFound, Forbidden)
  async getMerchant(@IdParam('id') id: string): Promise<MerchantDocument> {
    const merchant = await this.merchants.find(id);
    if (merchant === null) throw new MerchantNotFound();
    return merchantView(merchant);
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'updateMerchant',
    summary: 'Rename, deactivate or activate a merchant, or change its rate limits',
    description:
      'Fields that are omitted do not change. Once this is answered, a deactivated merchant moves no money. New ' +
      'limits take effect within five seconds.',
  })
  @ApiOkResponse({ type: MerchantDocument })
  @ProblemResponses(ValidationFailed, NotFound, Forbidden, Overloaded)
  async updateMerchant(@IdParam('id') id: string, @Body() body: UpdateMerchantBody): Promise<MerchantDocument> {
    const change = {
      name: body.name,
      email: body.email,
      isActive: body.is_active,
      readsPerSecond: limitOf(body.reads_per_second),
      writesPerSecond: limitOf(body.writes_per_second),
    };
    return merchantView(await this.change.execute({ merchantId: id, change }));
  }
}

/** Null: no limit of its own, for which 0 may be sent too. Undefined: unchanged. */
function limitOf(given: number | null | undefined): number | null | undefined {
  return given === 0 ? null : given;
}
