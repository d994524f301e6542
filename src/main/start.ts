import { run } from './run.js';

/**
 * Everything in one process: the API and the workers, on an embedded PostgreSQL unless DATABASE_URL names another one.
 */
await run({ worker: true, standalone: true, prepare: true });
