import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '../http/documentation/openapi-decorators.js';
import { sha256 } from '../../shared/sha256.js';
import { ProblemResponses } from '../http/documentation/openapi-problems.js';
import { Unauthenticated } from '../http/problems/refusals.js';
import { Metrics } from './metrics.js';
import { MetricsSettings } from './metrics.settings.js';

/** For Prometheus. Protected by its own token; without a token, a reverse proxy should not expose it. */
@ApiTags('Service')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly settings: MetricsSettings,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Read the metrics of this process, in the text format of Prometheus',
    description:
      'If `METRICS_TOKEN` is set, it must be sent as `Authorization: Bearer TOKEN`. Figures from the database are gathered at most every `METRICS_EVERY_SECONDS` (10).',
  })
  @ApiProduces('text/plain')
  @ProblemResponses(Unauthenticated)
  @ApiOkResponse({ schema: { type: 'string', example: 'bahi_group_commit_waiting_writes 0' } })
  async getMetrics(
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { token } = this.settings;
    if (token !== null && !isSame(authorization, `Bearer ${token}`))
      throw new Unauthenticated('Send `Authorization: Bearer` with what METRICS_TOKEN says.');
    const text = await this.metrics.text();
    reply.type(this.metrics.contentType);
    return text;
  }
}

/** In constant time, so that the time does not reveal where the texts differ. */
function isSame(given: string | undefined, expected: string): boolean {
  return given !== undefined && timingSafeEqual(sha256(given), sha256(expected));
}
