/** Jobs, in PostgreSQL or in Redis. The database decides what is due; a queue only carries it. */
export { type Job, JobQueues } from './job-queues.js';
export { serveQueueBoard } from './queue-board.js';
export { QueueModule } from './queue.module.js';
export { Sweep } from './sweep.js';
