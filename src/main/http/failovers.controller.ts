import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { DatabaseFailovers, type Failover } from '../../platform/database/database.public.js';
import {
  actorOf,
  ApiOkResponse,
  ApiOperation,
  ApiPage,
  ApiProperty,
  ApiTags,
  Caller,
  onePage,
  OperatorOnly,
  type Page,
  type Principal,
  ProblemResponses,
  Text,
  ValidationFailed,
} from '../../platform/http/http.public.js';

class ResumeSubmissionsBody {
  @Text({ max: 500, description: 'Why they may go on.', example: 'Compared with the statement of the bank by hand.' })
  reason!: string;
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

/** Promotions of a replica of the database, and what stands still because of them. */
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
      'Who resumes, and why, stays in the list. Asked again it changes nothing.',
  })
  @ApiOkResponse({ type: ResumedDocument })
  @ProblemResponses(ValidationFailed)
  async resumeSubmissions(
    @Caller() caller: Principal,
    @Body() { reason }: ResumeSubmissionsBody,
  ): Promise<ResumedDocument> {
    return { resumed: (await this.failovers.resume(actorOf(caller), reason)).map(viewOf) };
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
