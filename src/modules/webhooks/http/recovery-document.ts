import { ApiProperty, Moment } from '../../../platform/http/http.public.js';

export class RecoverWebhookEndpointBody {
  @Moment({ description: 'What has failed since, or happened while it was inactive.', example: '2026-11-26T00:00:00Z' })
  since!: Date;
}

export class WebhookRecoveryDocument {
  @ApiProperty({ type: 'integer', example: 12, description: 'How many deliveries had failed, and are sent again.' })
  recovered!: number;
}
