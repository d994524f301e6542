import { ApiProperty } from '../../../platform/http/http.public.js';
import { endpointView } from '../application/endpoint-view.js';
import type { WithSecret } from '../application/manage-endpoints.js';
import { type Scope, SCOPES } from './endpoint-scope.js';

export class WebhookEndpointDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null: it belongs to the operators, and receives the events of all merchants.',
  })
  merchant_id!: string | null;
  @ApiProperty({ enum: SCOPES, description: 'Whether it receives the events of its merchant or of all merchants.' })
  scope!: Scope;
  @ApiProperty({ example: 'https://acme.example/bahi-events' }) url!: string;
  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    nullable: true,
    example: ['payout.completed', 'payout.failed'],
    description: 'Null: it receives all types.',
  })
  event_types!: readonly string[] | null;
  @ApiProperty({ type: String, nullable: true, example: 'Order system' }) description!: string | null;
  @ApiProperty({ description: 'An inactive endpoint receives nothing.' }) is_active!: boolean;
  @ApiProperty({ description: 'Whether the events of each merchant are delivered one after the other, by `sequence`.' })
  is_ordered!: boolean;
  @ApiProperty({
    type: String,
    enum: ['gone', 'failing'],
    nullable: true,
    description:
      'Why Bahi has switched it off. `gone`: its receiver has answered that it is gone. `failing`: its receiver ' +
      'has accepted nothing for five days.',
  })
  turned_off!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when the receiver has accepted nothing.',
  })
  failing_since!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'Only for an ordered endpoint: a delivery has failed for good, and holds up those after it until it is sent ' +
      'again (`/recover` from this time on, or `/retry` of that delivery), or `is_ordered` is set to false.',
  })
  paused_since!: string | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;
}

export class WebhookEndpointWithSecretDocument extends WebhookEndpointDocument {
  @ApiProperty({
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
    description: 'The secret that signs its messages, shown only this once.',
  })
  secret!: string;
}

export function endpointWithSecretView({ endpoint, secret }: WithSecret): WebhookEndpointWithSecretDocument {
  return { ...endpointView(endpoint), secret };
}
