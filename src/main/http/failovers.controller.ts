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
  @Text({
    max: 40,
    only: /^[0-9]+( node [0-9]+)?$/,
    means: 'a system identifier as it is listed',
    example: '7712636564457746480',
  })
  system_identifier!: string;
  @Integer({ min: 1, max: MAX_TIMELINE, example: 2 }) timeline!: number;
}

class ResumeSubmissionsBody {
  @Text({
    max: 500,
    description: 'Why submissions may go on.',
    example: 'Compared with the statement of the bank by hand.',
  })
  reason!: string;
  @ListOf(() => StopBody, {
    max: MOST_LISTED,
    optional: true,
    description:
      'The stops that you have reviewed, as `GET /database-failovers` lists them. If another failover has ' +
      'stopped submissions since, the request is refused and nothing is resumed. If omitted, all current stops ' +
      'are ended.',
  })
  stops?: StopBody[];
}

class FailoverDocument {
  @ApiProperty({
    example: '7712636564457746480',
    description:
      'PostgreSQL’s system identifier, the same on a primary and its replicas. For a node of distributed books its group ' +
      'follows: `… node 1`.',
  })
  system_identifier!: string;
  @ApiProperty({ type: 'integer', description: 'PostgreSQL’s timeline since the promotion.' }) timeline!: number;
  @ApiProperty({ type: 'integer' }) from_timeline!: number;
  @ApiProperty({ description: 'Whether commits had waited for a replica. If not, some commits may be lost.' })
  was_synchronous!: boolean;
  @ApiProperty({ format: 'date-time' }) seen_at!: string;
  @ApiProperty({ description: 'Whether submissions are stopped because of this failover.' })
  stops_submissions!: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) resumed_at!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'operator:0198…' }) resumed_by!: string | null;
  @ApiProperty({ type: String, nullable: true }) reason!: string | null;
}

class ResumedDocument {
  @ApiProperty({
    type: [FailoverDocument],
    description: 'The failovers that had stopped submissions. Empty if there were none.',
  })
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
    summary: 'List the promotions of database replicas, newest first',
    description:
      'If a replica is promoted whose primary did not wait for it when committing, nothing is submitted ' +
      '(`waiting_for: database_failover`) until submissions are resumed. Lists up to 100 promotions.',
  })
  @ApiPage(FailoverDocument)
  async listDatabaseFailovers(): Promise<Page<FailoverDocument>> {
    return onePage((await this.failovers.list()).map(viewOf));
  }

  @Post('resume')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'resumeSubmissions',
    summary: 'Resume submissions after a failover of the database',
    description:
      'Compare the books with the banks and payment providers first: an order that one of them has and Bahi has ' +
      'lost may be requested again, and paid or charged twice. The list keeps who resumed submissions, and why. ' +
      'Repeating the request changes nothing. Name the `stops` that you have reviewed: if there has been another ' +
      'failover since, the answer is 409 `another_failover` and submissions stay stopped.',
  })
  @ApiOkResponse({ type: ResumedDocument })
  @ProblemResponses(ValidationFailed, AnotherFailover)
  async resumeSubmissions(
    @Caller() caller: Principal,
    @Body() { reason, stops }: ResumeSubmissionsBody,
  ): Promise<ResumedDocument> {
    const judged = stops?.map(({ system_identifier, timeline }) => ({ systemIdentifier: system_identifier, timeline }));
    if (judged !== undefined) await this.failovers.assertNoOther(judged);
    return { resumed: (await this.failovers.resume({ actor: actorOf(caller), reason }, judged)).map(viewOf) };
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
