import { ApiProperty, Moment } from '../../../platform/http/http.public.js';

export class RecoverWebhookEndpointBody {
  @Moment({
    description: 'From which time on to send again what the endpoint has missed.',
    example: '2026-11-26T00:00:00Z',
  })
  since!: Date;
}

export class WebhookRecoveryDocument {
  @ApiProperty({ type: 'integer', example: 12, description: 'How many failed deliveries are sent again.' })
  recovered!: number;
}
