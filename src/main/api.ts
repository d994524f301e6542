import { run } from './run.js';

/** The API alone. Migrations are run beforehand, by `bahi migrate`. */
await run({ worker: false, prepare: false });
