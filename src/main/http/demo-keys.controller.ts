import { Controller, Get } from '@nestjs/common';
import { ProcessSettings } from '../../platform/config/config.public.js';
import {
  ApiOperation,
  ApiPage,
  ApiProperty,
  ApiTags,
  Authenticator,
  NotFound,
  onePage,
  type Page,
  ProblemResponses,
  Public,
  ValidationFailed,
} from '../../platform/http/http.public.js';
import { type DemoKey, demoKeysOf } from '../demo/demo-merchants.js';

class DemoKeyDocument {
  @ApiProperty({ enum: ['operator', 'merchant'] }) kind!: string;
  @ApiProperty({ example: 'Acme Agency' }) name!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: it is the operator’s key.' })
  merchant_id!: string | null;
  @ApiProperty({ example: 'api-key-acme-agency' }) key!: string;
}

/**
 * The demo's keys, with which anyone may sign in. They are published and give access only to what the demo has made. In
 * production the answer is always 404, whatever the database contains.
 */
@ApiTags('Merchants')
@Controller('demo')
export class DemoKeysController {
  constructor(
    private readonly process: ProcessSettings,
    private readonly authenticator: Authenticator,
  ) {}

  @Get('keys')
  @Public()
  @ApiOperation({
    operationId: 'listDemoKeys',
    summary: 'List the API keys of the demo',
    description:
      'The published keys of the demo’s merchants and operator, as long as they are valid on this service. 404 ' +
      'if the service has no demo data, and always in production. No API key is needed.',
  })
  @ApiPage(DemoKeyDocument)
  @ProblemResponses(ValidationFailed, NotFound)
  async listDemoKeys(): Promise<Page<DemoKeyDocument>> {
    const keys = this.process.production ? [] : await demoKeysOf(this.authenticator);
    if (keys.length === 0) throw new NotFound('This service has no demo data.');
    return onePage(keys.map(demoKeyView));
  }
}

function demoKeyView({ name, merchantId, key }: DemoKey): DemoKeyDocument {
  return { kind: merchantId === null ? 'operator' : 'merchant', name, merchant_id: merchantId, key };
}
