import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '../documentation/openapi-decorators.js';
import { RELEASE } from '../../config/release.js';
import { Health } from './health.js';

const HEALTH_EXAMPLE = {
  status: 'healthy',
  database: true,
  redis: null,
  queue: { backend: 'postgresql', waiting: 0, active: 3 },
  workers: 1,
  submissions_stopped: false,
  version: '1.0.0',
};

const NODE = {
  type: 'object',
  required: ['node', 'answers'],
  properties: { node: { type: 'string' }, answers: { type: 'boolean' } },
};

const NODES_TEXT = 'Nodes of distributed books, as host:port. One that does not answer stops its merchants alone.';

const LIMITS_TEXT = 'How many merchants sign in with limits that are not their own: PATCH /merchants/:id once more.';

const HEALTH = {
  type: 'object',
  required: ['status', 'database', 'redis', 'version'],
  properties: {
    status: { type: 'string', enum: ['healthy', 'degraded', 'unhealthy'] },
    database: { type: ['boolean', 'null'], description: 'Whether it answers.' },
    nodes: { type: ['array', 'null'], items: NODE, description: NODES_TEXT },
    merchant_limits_differing: { type: ['integer', 'null'], description: LIMITS_TEXT },
    redis: {
      type: ['boolean', 'null'],
      description: 'Whether a key can be written to it and read, of a cluster to each master; null: none is used.',
    },
    redis_unreachable: {
      type: ['array', 'null'],
      items: { type: 'string' },
      description: 'Masters of Redis that do not answer, as host:port. Left out where none is used.',
    },
    redis_cache: {
      type: ['boolean', 'null'],
      description: 'The same of the Redis of the list cache. Left out where it has none of its own.',
    },
    queue: { type: ['object', 'null'], description: 'What waits and what is worked on, of all queues.' },
    workers: { type: ['integer', 'null'], description: 'How many processes work on the queues.' },
    submissions_stopped: {
      type: ['boolean', 'null'],
      description: 'Whether nothing is submitted, after a failover of the database that may have lost what a bank has.',
    },
    version: { type: 'string' },
  },
};

const DOWN = {
  ...HEALTH_EXAMPLE,
  status: 'unhealthy',
  database: false,
  queue: null,
  workers: null,
  submissions_stopped: null,
};

const answer = (schema: object): { schema: object } => ({ schema });

const onlyStatus = (status: string) =>
  answer({ type: 'object', required: ['status'], properties: { status: { type: 'string', enum: [status] } } });

/** For load balancers and people. Outside the API's prefix, without a key. */
@ApiTags('Service')
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get()
  @ApiOperation({
    summary: 'Whether the service and what it stands on work',
    description:
      '200 while requests are answered, also when `status` is `degraded`: something is away that the service can do without.',
  })
  @ApiOkResponse(answer({ ...HEALTH, example: HEALTH_EXAMPLE }))
  @ApiServiceUnavailableResponse({
    description: 'The database does not answer.',
    ...answer({ ...HEALTH, example: DOWN }),
  })
  async getHealth(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { status, details } = await this.health.report();
    reply.status(status === 'unhealthy' ? 503 : 200);
    return { status, ...details, version: RELEASE };
  }

  /**
   * Shows only that the process answers and can open a file, and so a connection: restarting the process would not
   * repair a database.
   */
  @Get('live')
  @ApiOperation({
    summary: 'Whether the process answers and can open files',
    description: 'For the liveness probe: restart the process when it is not 200.',
  })
  @ApiOkResponse(onlyStatus('live'))
  @ApiServiceUnavailableResponse({
    description: 'The process has used up its file descriptors: restart it.',
    ...onlyStatus('no_file_descriptors'),
  })
  async getLiveness(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const isAble = await canOpenFile();
    reply.status(isAble ? 200 : 503);
    return { status: isAble ? 'live' : 'no_file_descriptors' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Whether requests may be sent here: after the migrations, until the shutdown begins',
    description: 'For the readiness probe, and for load balancers.',
  })
  @ApiOkResponse(onlyStatus('ready'))
  @ApiServiceUnavailableResponse({ description: 'Not now.', ...onlyStatus('not_ready') })
  getReadiness(@Res({ passthrough: true }) reply: FastifyReply): object {
    reply.status(this.health.ready ? 200 : 503);
    return { status: this.health.ready ? 'ready' : 'not_ready' };
  }
}

async function canOpenFile(): Promise<boolean> {
  try {
    await (await open(fileURLToPath(import.meta.url))).close();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'EMFILE' && code !== 'ENFILE';
  }
}
