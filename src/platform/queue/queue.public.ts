/** Jobs, in PostgreSQL or in Redis. The database decides what is due; a queue only carries it. */
export { type Job, JobQueues } from './job-queues.js';
export { serveQueueBoard } from './queue-board.js';
export { QueueModule } from './queue.module.js';
export { Sweep, type SweptSource, MISDATED_SWEEP_MS, WAITING_SWEEP } from './sweep.js';
