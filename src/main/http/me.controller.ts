import { Controller, Get, Query } from '@nestjs/common';
import { LedgerReader } from '../../modules/ledger/ledger.public.js';
import { Merchants } from '../../modules/merchants/merchants.public.js';
import {
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
  Forbidden,
  MerchantId,
  MerchantOnly,
  NotFound,
  ProblemResponses,
  Uuid,
} from '../../platform/http/http.public.js';

class MeQuery {
  @Uuid({ optional: true, description: 'Optional. If sent, it must be the id of the key’s own merchant.' })
  merchant_id?: string;
}

class MeDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'Acme Agency' }) name!: string;
  @ApiProperty({ example: 'accounts@acme.example' }) email!: string;
  @ApiProperty() is_active!: boolean;
  @ApiProperty({ type: 'integer', format: 'int64', example: 950_000 }) available_paise!: bigint;
  @ApiProperty({ type: 'integer', format: 'int64', example: 50_000 }) held_paise!: bigint;
}

/** Shows a merchant with its balances. In `main`, because neither of the two modules knows the other. */
@ApiTags('Merchants')
@Controller('me')
export class MeController {
  constructor(
    private readonly merchants: Merchants,
    private readonly ledger: LedgerReader,
  ) {}

  @Get()
  @MerchantOnly()
  @ApiOperation({
    operationId: 'getMe',
    summary: 'Read the merchant that the key belongs to, with its balance',
    description: 'For merchant keys. With an operator key, use `GET /merchants/{id}`.',
  })
  @ApiOkResponse({ type: MeDocument })
  @ProblemResponses(Forbidden)
  async me(@MerchantId() merchantId: string, @Query() _query: MeQuery): Promise<MeDocument> {
    const [merchant, balances] = await Promise.all([this.merchants.find(merchantId), this.ledger.balances(merchantId)]);
    if (merchant === null || balances === null) throw new NotFound();
    const { id, name, email, isActive } = merchant;
    const { availablePaise, heldPaise } = balances;
    return { id, name, email, is_active: isActive, available_paise: availablePaise, held_paise: heldPaise };
  }
}
