import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  AnotherFailover,
  DatabaseFailovers,
  type Failover,
  MOST_LISTED,
} from '../../platform/database/database.public.js';
import {
  actorOf,
  ApiOkResponse,
  ApiOperation,
  ApiPage,
  ApiProperty,
  ApiTags,
  Caller,
  Integer,
  ListOf,
  onePage,
  OperatorOnly,
  type Page,
  type Principal,
  ProblemResponses,
  Text,
  ValidationFailed,
} from '../../platform/http/http.public.js';

/** PostgreSQL's TimeLineID: 32 bits. */
const MAX_TIMELINE = 4_294_967_295;

class StopBody {
  @Text({ max: 20, only: /^[0-9]+$/, means: 'digits', example: '7712636564457746480' }) system_identifier!: string;
  @Integer({ min: 1, max: MAX_TIMELINE, example: 2 }) timeline!: number;
}

class ResumeSubmissionsBody {
  @Text({ max: 500, description: 'Why they may go on.', example: 'Compared with the statement of the bank by hand.' })
  reason!: string;
  @ListOf(() => StopBody, {
    max: MOST_LISTED,
    optional: true,
    description:
      'The stops that were looked at, as `GET /database-failovers` lists them. Another one that has come since is refused, ' +
      'and nothing is resumed. Left out: whatever stops submissions.',
  })
  stops?: StopBody[];
}

class FailoverDocument {
  @ApiProperty({
    example: '7712636564457746480',
    description: 'Of PostgreSQL: the same on a primary and its replicas.',
  })
  system_identifier!: string;
  @ApiProperty({ type: 'integer', description: 'PostgreSQL’s timeline since the promotion.' }) timeline!: number;
  @ApiProperty({ type: 'integer' }) from_timeline!: number;
  @ApiProperty({ description: 'Whether commits had waited for a replica. If not, some may be lost.' })
  was_synchronous!: boolean;
  @ApiProperty({ format: 'date-time' }) seen_at!: string;
  @ApiProperty({ description: 'Nothing is submitted because of it.' }) stops_submissions!: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) resumed_at!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'operator:0198…' }) resumed_by!: string | null;
  @ApiProperty({ type: String, nullable: true }) reason!: string | null;
}

class ResumedDocument {
  @ApiProperty({ type: [FailoverDocument], description: 'What had stopped submissions; empty: nothing had.' })
  resumed!: FailoverDocument[];
}

/** Promotions of a replica of the database, and the submissions that they have stopped. */
@ApiTags('Operations')
@OperatorOnly()
@Controller('database-failovers')
export class FailoversController {
  constructor(private readonly failovers: DatabaseFailovers) {}

  @Get()
  @ApiOperation({
    operationId: 'listDatabaseFailovers',
    summary: 'List the promotions of a replica of the database, the newest first',
    description:
      'After one whose commits had not waited for a replica, nothing is submitted (`waiting_for: database_failover`) until ' +
      'submissions are resumed. Up to a hundred.',
  })
  @ApiPage(FailoverDocument)
  async listDatabaseFailovers(): Promise<Page<FailoverDocument>> {
    return onePage((await this.failovers.list()).map(viewOf));
  }

  @Post('resume')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'resumeSubmissions',
    summary: 'Let submissions go on after a failover of the database',
    description:
      'For whoever has compared the books with the banks and payment providers: what one of them has and Bahi lacks may be ' +
      'requested, and paid or charged, again. ' +
      'Who resumes, and why, stays in the list. Asked again it changes nothing. Name the `stops` that you have looked at: ' +
      'after another failover that is a 409 `another_failover`, and submissions stay stopped.',
  })
  @ApiOkResponse({ type: ResumedDocument })
  @ProblemResponses(ValidationFailed, AnotherFailover)
  async resumeSubmissions(
    @Caller() caller: Principal,
    @Body() { reason, stops }: ResumeSubmissionsBody,
  ): Promise<ResumedDocument> {
    const judged = stops?.map(({ system_identifier, timeline }) => ({ systemIdentifier: system_identifier, timeline }));
    if (judged !== undefined) await this.failovers.assertNoOther(judged);
    return { resumed: (await this.failovers.resume(actorOf(caller), reason, judged)).map(viewOf) };
  }
}

function viewOf({ resumed, wasSynchronous, ...failover }: Failover): FailoverDocument {
  return {
    system_identifier: failover.systemIdentifier,
    timeline: failover.timeline,
    from_timeline: failover.fromTimeline,
    was_synchronous: wasSynchronous,
    seen_at: failover.seenAt.toISOString(),
    stops_submissions: !wasSynchronous && resumed === null,
    resumed_at: resumed?.at.toISOString() ?? null,
    resumed_by: resumed?.by ?? null,
    reason: resumed?.because ?? null,
  };
}
