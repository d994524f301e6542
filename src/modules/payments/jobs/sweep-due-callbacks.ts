import type { FactoryProvider } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { JobQueues, Sweep } from '../../../platform/queue/queue.public.js';
import { CallbackInbox, type DueCallback } from '../../gateways/gateways.public.js';
import { providerCallbackJob } from './payment-jobs.js';

/** Asks again for stored callbacks of providers: their job was lost with the queue, or their time has come once more. */
export const sweepDueCallbacks: FactoryProvider = {
  provide: 'sweep of due callbacks of providers',
  inject: [ProcessRole, JobQueues, CallbackInbox],
  useFactory: (role: ProcessRole, queues: JobQueues, inbox: CallbackInbox) =>
    new Sweep<DueCallback>(role, queues, {
      what: 'due callbacks of providers',
      due: (limit, after) => inbox.due(['payment', 'refund'], limit, after),
      jobOf: providerCallbackJob,
    }),
};
