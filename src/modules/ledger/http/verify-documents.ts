import type { Particulars } from '../../../shared/audit/particulars.js';
import { ApiProperty, MerchantPageQuery, QueryFlag } from '../../../platform/http/http.public.js';
import type { Acknowledgement } from '../domain/acknowledgement.js';
import { FINDING_CODES } from '../domain/audit.js';
import type { StoredFinding, VerifyRun } from '../domain/verify-record.js';
import { PARTICULARS_SCHEMA } from './particulars-schema.js';

export class VerifyRunDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({
    enum: ['complete', 'unfinished'],
    description: '`unfinished`: it is still running, or was interrupted.',
  })
  status!: string;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The merchant whose book was verified. Null: all books.',
  })
  merchant_id!: string | null;
  @ApiProperty({ format: 'date-time' }) started_at!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) finished_at!: string | null;
  @ApiProperty({ example: 'command-line:root' }) started_by!: string;
  @ApiProperty({ type: 'integer', description: 'How many books were verified.' }) books!: number;
  @ApiProperty({
    type: 'integer',
    description:
      'How many of these books were read only in part: only what was new, or only what was on nodes that answered.',
  })
  partly_read_books!: number;
  @ApiProperty({ type: 'integer', description: 'How many findings nobody has acknowledged.' }) findings!: number;
  @ApiProperty({ type: 'integer', description: 'How many findings somebody has acknowledged.' }) acknowledged!: number;
}

export class ListFindingsQuery extends MerchantPageQuery {
  @QueryFlag({ description: 'True: only findings that somebody has acknowledged. False: only those that nobody has.' })
  is_acknowledged?: boolean;
}

class FindingAcknowledgementDocument {
  @ApiProperty({ example: 'operator:0198…' }) acknowledged_by!: string;
  @ApiProperty() reason!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
}

export class FindingDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: the finding belongs to no book.' })
  merchant_id!: string | null;
  @ApiProperty({ enum: FINDING_CODES }) code!: string;
  @ApiProperty({ description: 'The particulars as an English sentence, as `verify` prints it.' }) detail!: string;
  @ApiProperty(PARTICULARS_SCHEMA) particulars!: Particulars | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The digest of the evidence that the finding rests on, for `POST /acknowledgements`. Null: the finding is ' +
      'computed and cannot be acknowledged.',
  })
  finding!: string | null;
  @ApiProperty({ format: 'date-time' }) first_found_at!: string;
  @ApiProperty({ format: 'date-time' }) last_found_at!: string;
  @ApiProperty({ format: 'uuid' }) verify_run_id!: string;
  @ApiProperty({
    type: FindingAcknowledgementDocument,
    nullable: true,
    description: 'Null: nobody has acknowledged it.',
  })
  acknowledgement!: FindingAcknowledgementDocument | null;
}

export class VerificationDocument {
  @ApiProperty({ format: 'uuid' }) merchant_id!: string;
  @ApiProperty({
    enum: ['never', 'ok', 'wrong'],
    description: 'The result of the last verification: whether it found anything that has not been acknowledged.',
  })
  status!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) verified_at!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '41:9f86d08…',
    description: 'The last transaction that was verified, as `<seq>:<hash>`.',
  })
  verified_head!: string | null;
  @ApiProperty({
    type: 'integer',
    description: 'How many transactions were not read because they had been verified before.',
  })
  unread_transactions!: number;
  @ApiProperty({ type: 'integer', description: 'How many findings nobody has acknowledged.' }) findings!: number;
  @ApiProperty({ type: 'integer' }) acknowledged!: number;
  @ApiProperty({ example: '44:2c26b46…', description: 'The head of the book now, which `verify --expect-head` takes.' })
  head!: string;
}

export function verifyRunView(run: VerifyRun): VerifyRunDocument {
  return {
    id: run.id,
    status: run.finishedAt === null ? 'unfinished' : 'complete',
    merchant_id: run.merchantId,
    started_at: run.startedAt.toISOString(),
    finished_at: run.finishedAt?.toISOString() ?? null,
    started_by: run.startedBy,
    books: run.books,
    partly_read_books: run.partlyReadBooks,
    findings: run.findings,
    acknowledged: run.acknowledged,
  };
}

export function findingView(finding: StoredFinding, acknowledgement: Acknowledgement | null): FindingDocument {
  return {
    id: finding.id,
    merchant_id: finding.merchantId,
    code: finding.code,
    detail: finding.detail,
    particulars: finding.particulars,
    finding: finding.evidence ?? null,
    first_found_at: finding.firstFoundAt.toISOString(),
    last_found_at: finding.lastFoundAt.toISOString(),
    verify_run_id: finding.runId,
    acknowledgement: acknowledgement && {
      acknowledged_by: acknowledgement.actor,
      reason: acknowledgement.reason,
      created_at: acknowledgement.createdAt.toISOString(),
    },
  };
}
