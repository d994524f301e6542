import { Controller, Get } from '@nestjs/common';
import { Overloaded } from '../../platform/group-commit/group-commit.public.js';
import {
  ApiOperation,
  ApiPage,
  ApiProperty,
  ApiTags,
  onePage,
  OperatorOnly,
  type Page,
  ProblemResponses,
} from '../../platform/http/http.public.js';
import { WorkerPresence } from '../../platform/presence/presence.public.js';
import { JobQueues } from '../../platform/queue/queue.public.js';

class WorkerDocument {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'worker-1' }) host!: string;
  @ApiProperty({ format: 'date-time' }) started_at!: string;
  @ApiProperty({ format: 'date-time' }) seen_at!: string;
}

class QueueDocument {
  @ApiProperty({ example: 'payouts' }) name!: string;
  @ApiProperty({ enum: ['postgresql', 'redis'] }) backend!: string;
  @ApiProperty({ type: 'integer', description: 'Jobs that no worker has taken yet.' }) waiting!: number;
  @ApiProperty({ type: 'integer', description: 'Jobs that workers are processing.' }) active!: number;
}

/** Whether workers are alive and queues are moving. `/health` gives the same in two numbers, without a key. */
@ApiTags('Operations')
@OperatorOnly()
@Controller()
export class OperationsController {
  constructor(
    private readonly workers: WorkerPresence,
    private readonly queues: JobQueues,
  ) {}

  @Get('workers')
  @ApiOperation({
    operationId: 'listWorkers',
    summary: 'List the workers that are running',
    description:
      'Workers that have reported within the last seven seconds, at most 100. If the list is empty, nothing is ' +
      'paid out.',
  })
  @ApiPage(WorkerDocument)
  async listWorkers(): Promise<Page<WorkerDocument>> {
    const workers = await this.workers.list();
    return onePage(
      workers.map(({ id, host, startedAt, seenAt }) => {
        return { id, host, started_at: startedAt.toISOString(), seen_at: seenAt.toISOString() };
      }),
    );
  }

  @Get('queues')
  @ApiOperation({
    operationId: 'listQueues',
    summary: 'List the queues, with the number of jobs in each',
    description:
      'The queues only carry work: what has to be done is stored in the database, from which lost jobs are added ' +
      'again.',
  })
  @ApiPage(QueueDocument)
  @ProblemResponses(Overloaded)
  async listQueues(): Promise<Page<QueueDocument>> {
    const depths = await this.queues.depths().catch(() => {
      throw new Overloaded('The queues are unreachable at the moment.');
    });
    const { backend } = this.queues;
    return onePage(Object.entries(depths).map(([name, depth]) => ({ name, backend, ...depth })));
  }
}
