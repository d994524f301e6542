import { runWorker } from './run.js';

/**
 * The workers alone: they submit payouts to the bank. If WORKER_PORT is set they listen there, for health and metrics
 * only.
 */
await runWorker();
