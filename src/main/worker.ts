import { runWorker } from './run.js';

/** The workers alone: they carry payouts to the bank and listen on no port. */
await runWorker();
