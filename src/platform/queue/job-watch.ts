import { Logger } from '@nestjs/common';
import type { Job, Processor } from 'bullmq';
import type { Origin } from '../../shared/origin.js';
import { inStep } from '../tracing/spans.js';

/** The request that caused the job, if there is one. */
export function originOf(job: Job | undefined): Origin | null {
  return (job?.data as { origin?: Origin } | undefined)?.origin ?? null;
}

/** Logs each job when it has ended, and makes it a step of its trace. */
export function watched(queue: string, processor: Processor<unknown>): Processor<unknown> {
  const logger = new Logger('job');
  return async (job: Job, token) => {
    const began = performance.now();
    const step = {
      name: `process ${queue}`,
      kind: 'consumer',
      attributes: {
        'messaging.system': 'bullmq',
        'messaging.destination.name': queue,
        'messaging.message.id': job.id!,
      },
    } as const;
    const origin = originOf(job);
    let ending = 'failed';
    try {
      const result: unknown = await inStep(step, origin, (here) => {
        // In this process only: the stored job keeps its origin, whichever worker takes it.
        if (here !== origin) job.data = { ...(job.data as object), origin: here };
        return processor(job, token);
      });
      ending = 'done';
      return result;
    } finally {
      const duration_ms = Math.round(performance.now() - began);
      const { origin: _, ...data } = job.data as { origin?: Origin };
      logger.debug({ msg: ending, queue, job: job.id, ...data, request_id: origin?.request_id, duration_ms });
    }
  };
}
