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
    description: 'Null: the operators’ own, which receives the events of all merchants.',
  })
  merchant_id!: string | null;
  @ApiProperty({ enum: SCOPES, description: 'Whose events it receives.' }) scope!: Scope;
  @ApiProperty({ example: 'https://acme.example/bahi-events' }) url!: string;
  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    nullable: true,
    example: ['payout.completed', 'payout.failed'],
    description: 'Null: all types.',
  })
  event_types!: readonly string[] | null;
  @ApiProperty({ type: String, nullable: true, example: 'Order system' }) description!: string | null;
  @ApiProperty({ description: 'Nothing is sent to an inactive one.' }) is_active!: boolean;
  @ApiProperty({ description: 'One event of a merchant after the other, by `sequence`.' }) is_ordered!: boolean;
  @ApiProperty({
    type: String,
    enum: ['gone', 'failing'],
    nullable: true,
    description: 'Why Bahi has switched it off: its receiver has said that it is gone, or taken nothing for five days.',
  })
  turned_off!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Nothing was taken since.' })
  failing_since!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Of an ordered one: what has failed for good stands before the others, until `/recover`.',
  })
  paused_since!: string | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;
}

export class WebhookEndpointWithSecretDocument extends WebhookEndpointDocument {
  @ApiProperty({
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
    description: 'Its messages are signed with it. It is shown this once.',
  })
  secret!: string;
}

export function endpointWithSecretView({ endpoint, secret }: WithSecret): WebhookEndpointWithSecretDocument {
  return { ...endpointView(endpoint), secret };
}
