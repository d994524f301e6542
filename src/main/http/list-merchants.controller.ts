import { Controller, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LedgerReader } from '../../modules/ledger/ledger.public.js';
import { Merchants, type MerchantView, merchantView } from '../../modules/merchants/merchants.public.js';
import {
  ApiProperty,
  ApiTags,
  Forbidden,
  GetPage,
  LIST_REFUSALS,
  OperatorOnly,
  type Page,
  PageQuery,
  PageRequest,
  QueryFlag,
  Text,
} from '../../platform/http/http.public.js';

class ListMerchantsQuery extends PageQuery {
  @Text({
    max: 100,
    optional: true,
    description: 'Part of the name or of the e-mail address (the case of A to Z does not matter), or the whole id.',
    example: 'acme',
  })
  search?: string;

  @QueryFlag({ description: 'True: only merchants that may move money. False: only those that may not.' })
  is_active?: boolean;
}

class ListedMerchantDocument implements MerchantView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'Acme Agency' }) name!: string;
  @ApiProperty({ example: 'accounts@acme.example' }) email!: string;
  @ApiProperty({ description: 'An inactive merchant can read, but cannot move money.' }) is_active!: boolean;
  @ApiProperty({ type: 'integer', nullable: true }) reads_per_second!: number | null;
  @ApiProperty({ type: 'integer', nullable: true }) writes_per_second!: number | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;
  @ApiProperty({ type: 'integer', format: 'int64', example: 950_000 }) available_paise!: bigint;
  @ApiProperty({ type: 'integer', format: 'int64', example: 50_000 }) held_paise!: bigint;
}

/** Lists merchants with their balances. In `main`, because neither of the two modules knows the other. */
@ApiTags('Merchants')
@OperatorOnly()
@Controller('merchants')
export class ListMerchantsController {
  constructor(
    private readonly merchants: Merchants,
    private readonly ledger: LedgerReader,
  ) {}

  @GetPage('', ListedMerchantDocument, {
    operationId: 'listMerchants',
    summary: 'List merchants with their balances, newest first',
    description: 'Includes inactive ones, unless `is_active` says otherwise.',
    refusals: [...LIST_REFUSALS, Forbidden],
  })
  async listMerchants(
    @Query() query: ListMerchantsQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<ListedMerchantDocument>> {
    const page = PageRequest.of(query, request);
    const filter = { search: query.search ?? null, isActive: query.is_active ?? null };
    const found = await this.merchants.list(filter, page);
    const balances = await this.ledger.balancesOf(found.map(({ id }) => id));
    return page.page(
      found,
      ({ id }) => id,
      (merchant) => {
        const { availablePaise, heldPaise } = balances.get(merchant.id) ?? NOTHING;
        return { ...merchantView(merchant), available_paise: availablePaise, held_paise: heldPaise };
      },
    );
  }
}

/** For a merchant without a book. */
const NOTHING = { availablePaise: 0n, heldPaise: 0n };
