import { ApiProperty } from '../../../platform/http/http.public.js';
import { type HookResult, isDelivered } from '../domain/hook-sender.js';

export class WebhookTestDocument {
  @ApiProperty({ description: 'Whether the answer was 2xx and arrived within ten seconds.' }) is_delivered!: boolean;
  @ApiProperty({ type: 'integer', nullable: true, example: 204, description: 'Null: there was no answer.' })
  status_code!: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'The beginning of the answer’s body, at most 1 kB.' })
  answer!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'no answer in time', description: 'Why there was no answer.' })
  failure!: string | null;
  @ApiProperty({ type: 'integer', example: 87 }) duration_ms!: number;
}

export function testView(result: HookResult): WebhookTestDocument {
  const { statusCode, answer, failure, durationMs } = result;
  return { is_delivered: isDelivered(result), status_code: statusCode, answer, failure, duration_ms: durationMs };
}
