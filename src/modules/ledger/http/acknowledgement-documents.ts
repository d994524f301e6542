import type { Particulars } from '../../../shared/audit/particulars.js';
import { ApiProperty, MerchantPageQuery, Text } from '../../../platform/http/http.public.js';
import type { AcknowledgedFinding } from '../domain/acknowledgement.js';
import { JUDGED_BY_A_PERSON } from '../domain/audit.js';
import { PARTICULARS_SCHEMA } from './particulars-schema.js';

const DIGEST = { min: 64, max: 64, only: /^[0-9a-f]{64}$/, means: 'as verify prints it' };

export class AcknowledgeFindingBody {
  @Text({ ...DIGEST, description: 'The finding, identified by the digest of its evidence.' })
  finding!: string;

  @Text({
    max: 500,
    description: 'Why the finding is not wrong, or no longer is.',
    example: 'The bank has confirmed its mistake by mail.',
  })
  reason!: string;
}

export class ListAcknowledgementsQuery extends MerchantPageQuery {}

export class AcknowledgementDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: the finding belongs to no book.' })
  merchant_id!: string | null;
  @ApiProperty({ description: 'The digest of the evidence that the finding rests on.' }) finding!: string;
  @ApiProperty({ enum: JUDGED_BY_A_PERSON }) code!: string;
  @ApiProperty({ description: 'What was found, as an English sentence.' }) detail!: string;
  @ApiProperty({
    ...PARTICULARS_SCHEMA,
    description:
      'The same as a code and its values, as in `GET /findings`. Null: the last verification of the book did not ' +
      'find it, or was run by a version that recorded only the sentence.',
  })
  particulars!: Particulars | null;
  @ApiProperty() reason!: string;
  @ApiProperty({ example: 'operator:0198…', description: '`operator:<key id>` or `command-line:<user>`.' })
  acknowledged_by!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
}

export function acknowledgementView(given: AcknowledgedFinding): AcknowledgementDocument {
  return {
    id: given.id,
    merchant_id: given.merchantId,
    finding: given.evidence,
    code: given.code,
    detail: given.detail,
    particulars: given.particulars,
    reason: given.reason,
    acknowledged_by: given.actor,
    created_at: given.createdAt.toISOString(),
  };
}
