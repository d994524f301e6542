import type { FactoryProvider } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { type Job, JobQueues, Sweep } from '../../../platform/queue/queue.public.js';
import { callbackJob, type CallbackSubject, CallbackInbox, type DueCallback } from '../domain/callback-inbox.js';

/**
 * Enqueues the due callbacks of a flow again: their job was lost with the queue, or it is time for the next try.
 * @param senders who sent the callbacks, for the log: `banks`
 */
export function sweepDueCallbacks(
  senders: string,
  queue: Job['queue'],
  subjects: readonly CallbackSubject[],
): FactoryProvider {
  return {
    provide: `sweep of due callbacks of ${senders}`,
    inject: [ProcessRole, JobQueues, CallbackInbox],
    useFactory: (role: ProcessRole, queues: JobQueues, inbox: CallbackInbox) =>
      new Sweep<DueCallback>(role, queues, {
        what: `due callbacks of ${senders}`,
        due: (limit, after) => inbox.due(subjects, limit, after),
        jobOf: (callback) => callbackJob(queue, callback),
      }),
  };
}
