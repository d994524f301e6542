import { Controller, Get } from '@nestjs/common';
import { ProcessSettings, RELEASE } from '../../platform/config/config.public.js';
import {
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
  Authenticator,
  Caller,
  HttpSettings,
  MAX_AMOUNT_PAISE,
  MIN_AMOUNT_PAISE,
  type Principal,
  RequestLimits,
} from '../../platform/http/http.public.js';
import { BankGateways, type OfferedMode } from '../../modules/gateways/gateways.public.js';
import { TRANSFER_MODES } from '../../modules/gateways/gateways.language.js';
import { IdempotencySettings } from '../../modules/idempotency/idempotency.settings.js';
import { Merchants } from '../../modules/merchants/merchants.public.js';
import { demoKeysOf } from '../demo/demo-merchants.js';

class KeyDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'Billing server' }) name!: string;
}

class OwnerDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'Acme Agency' }) name!: string;
  @ApiProperty({ example: 'accounts@acme.example' }) email!: string;
  @ApiProperty({ description: 'An inactive merchant can read, but cannot move money.' }) is_active!: boolean;
}

class LimitsDocument {
  @ApiProperty({ type: 'integer', description: 'How many reads this key may send per second.' })
  reads_per_second!: number;
  @ApiProperty({
    type: 'integer',
    description: 'How many writes, which are all other requests, this key may send per second.',
  })
  writes_per_second!: number;
  @ApiProperty({ type: 'integer', format: 'int64', example: MIN_AMOUNT_PAISE }) min_payout_paise!: number;
  @ApiProperty({ type: 'integer', format: 'int64', example: MAX_AMOUNT_PAISE }) max_payout_paise!: number;
}

class OfferedModeDocument {
  @ApiProperty({ enum: TRANSFER_MODES }) mode!: string;
  @ApiProperty({ enum: ['account', 'vpa'] }) pays_to!: string;
  @ApiProperty({
    type: 'integer',
    format: 'int64',
    nullable: true,
    description: 'The least amount of one transfer. Null: no limit.',
  })
  min_amount_paise!: number | null;
  @ApiProperty({ type: 'integer', format: 'int64', nullable: true, example: 50_000_000 })
  max_amount_paise!: number | null;
}

class SessionDocument {
  @ApiProperty({ enum: ['merchant', 'operator'] }) kind!: string;
  @ApiProperty() key!: KeyDocument;
  @ApiProperty({ type: OwnerDocument, nullable: true, description: 'Null: the key is an operator’s.' })
  merchant!: OwnerDocument | null;
  @ApiProperty({ description: 'The published keys of the demo are valid on this service, and no real money moves.' })
  is_demo!: boolean;
  @ApiProperty({ description: 'The documentation of the API is served at `/docs`.' }) has_docs!: boolean;
  @ApiProperty({ example: '0.1.0' }) release!: string;
  @ApiProperty({
    type: 'integer',
    example: 86_400,
    description: 'For how many seconds, at least, an Idempotency-Key is remembered.',
  })
  idempotency_window_seconds!: number;
  @ApiProperty() limits!: LimitsDocument;
  @ApiProperty({
    type: [OfferedModeDocument],
    description: 'The transfer modes of the enabled banks, each with the widest limits that one of them offers.',
  })
  transfer_modes!: OfferedModeDocument[];
}

/** Whose key it is, and how the service is configured. In `main`, because no module knows all of that. */
@ApiTags('Merchants')
@Controller('session')
export class SessionController {
  constructor(
    private readonly process: ProcessSettings,
    private readonly http: HttpSettings,
    private readonly idempotency: IdempotencySettings,
    private readonly authenticator: Authenticator,
    private readonly limits: RequestLimits,
    private readonly merchants: Merchants,
    private readonly banks: BankGateways,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'getSession',
    summary: 'Read who the key belongs to, and the settings of the service',
    description: 'For every kind of key. A user interface reads this first.',
  })
  @ApiOkResponse({ type: SessionDocument })
  async session(@Caller() caller: Principal): Promise<SessionDocument> {
    const merchant = caller.kind === 'merchant' ? await this.merchants.find(caller.merchantId) : null;
    const isDemo = !this.process.production && (await demoKeysOf(this.authenticator)).length > 0;
    const { reads, writes } = this.limits.perSecond(caller);
    return {
      kind: caller.kind,
      key: { id: caller.keyId, name: caller.name },
      merchant: merchant && {
        id: merchant.id,
        name: merchant.name,
        email: merchant.email,
        is_active: merchant.isActive,
      },
      is_demo: isDemo,
      has_docs: this.http.docs === 'on',
      release: RELEASE,
      idempotency_window_seconds: this.idempotency.windowHours * 3_600,
      limits: {
        reads_per_second: reads,
        writes_per_second: writes,
        min_payout_paise: MIN_AMOUNT_PAISE,
        max_payout_paise: MAX_AMOUNT_PAISE,
      },
      transfer_modes: this.banks.offered.map(modeView),
    };
  }
}

function modeView({ mode, paysTo, minPaise, maxPaise }: OfferedMode): OfferedModeDocument {
  return {
    mode,
    pays_to: paysTo,
    min_amount_paise: minPaise === undefined ? null : Number(minPaise),
    max_amount_paise: maxPaise === undefined ? null : Number(maxPaise),
  };
}
