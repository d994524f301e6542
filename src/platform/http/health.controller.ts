import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RELEASE } from '../config/release.js';
import { Health } from './health.js';

const HEALTH_EXAMPLE = {
  status: 'healthy',
  database: true,
  redis: null,
  queue: { backend: 'postgresql', waiting: 0, active: 3 },
  workers: 1,
  version: '1.0.0',
};

/** For load balancers and people. Outside the API's prefix, without a key. */
@ApiTags('Service')
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get()
  @ApiOperation({ summary: 'Whether the service and what it stands on work' })
  @ApiOkResponse({ schema: { example: HEALTH_EXAMPLE } })
  @ApiServiceUnavailableResponse({
    description: 'The database does not answer.',
    schema: { example: { ...HEALTH_EXAMPLE, status: 'unhealthy', database: false, queue: null, workers: null } },
  })
  async getHealth(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { status, details } = await this.health.report();
    reply.status(status === 'unhealthy' ? 503 : 200);
    return { status, ...details, version: RELEASE };
  }

  /**
   * Shows only that the process answers, and can open a file, and so a connection: restarting it does not repair a
   * database.
   */
  @Get('live')
  @ApiOperation({ summary: 'Whether the process answers and can open files' })
  @ApiOkResponse({ schema: { example: { status: 'live' } } })
  @ApiServiceUnavailableResponse({
    description: 'The process has used up its file descriptors: restart it.',
    schema: { example: { status: 'no_file_descriptors' } },
  })
  async getLiveness(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const isAble = await canOpenFile();
    reply.status(isAble ? 200 : 503);
    return { status: isAble ? 'live' : 'no_file_descriptors' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether requests may be sent here: after the migrations, until the shutdown begins' })
  @ApiOkResponse({ schema: { example: { status: 'ready' } } })
  @ApiServiceUnavailableResponse({ schema: { example: { status: 'not_ready' } } })
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
