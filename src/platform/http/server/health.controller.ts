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

const NODES_TEXT = 'Nodes of distributed books, as host:port. If one does not answer, only its merchants are affected.';

const LIMITS_TEXT =
  'How many merchants have limits that differ from those used at sign-in: repeat their PATCH /merchants/:id.';

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
      description: 'Whether each master of Redis takes a key and returns it. Null: Redis is not used.',
    },
    redis_unreachable: {
      type: ['array', 'null'],
      items: { type: 'string' },
      description: 'Redis masters that do not answer, as host:port. Omitted if Redis is not used.',
    },
    redis_cache: {
      type: ['boolean', 'null'],
      description: 'The same for the Redis of the list cache. Omitted if it has none of its own.',
    },
    queue: { type: ['object', 'null'], description: 'Jobs that are waiting or being processed.' },
    workers: { type: ['integer', 'null'], description: 'How many worker processes are running.' },
    submissions_stopped: {
      type: ['boolean', 'null'],
      description: 'Whether submissions are stopped: a failover of the database may have lost orders.',
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
    summary: 'Check whether the service and the servers that it uses work',
    description: '200 as long as requests are answered. `degraded`: something is down that the service can do without.',
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
    summary: 'Check whether the process answers and can open files',
    description: 'For a liveness probe: restart the process if the answer is not 200.',
  })
  @ApiOkResponse(onlyStatus('live'))
  @ApiServiceUnavailableResponse({
    description: 'The process has run out of file descriptors: restart it.',
    ...onlyStatus('no_file_descriptors'),
  })
  async getLiveness(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const isAble = await canOpenFile();
    reply.status(isAble ? 200 : 503);
    return { status: isAble ? 'live' : 'no_file_descriptors' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Check whether this process takes requests: from the end of the migrations until the shutdown begins',
    description: 'For a readiness probe, and for load balancers.',
  })
  @ApiOkResponse(onlyStatus('ready'))
  @ApiServiceUnavailableResponse({ description: 'Not ready.', ...onlyStatus('not_ready') })
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
