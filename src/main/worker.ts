import { runWorker } from './run.js';

/**
 * The workers alone: they carry payouts to the bank. They listen on WORKER_PORT if it is set, for their health only.
 */
await runWorker();
