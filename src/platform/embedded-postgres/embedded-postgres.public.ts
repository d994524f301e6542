/** The embedded PostgreSQL server, used when DATABASE_URL is not set, and file locks. For `main` and the tests only. */
export { borrowEmbeddedPostgres } from './borrow-embedded-postgres.js';
export { lockDataDir } from './data-dir-lock.js';
export { CannotLock, openLocked } from './file-lock.js';
export { startEmbeddedPostgres } from './embedded-postgres.js';
export { APP, type EmbeddedServerUrls } from './passwords.js';
export { ServerWatch } from './server-watch.js';
export { EmbeddedPostgresSettings } from './embedded-postgres.settings.js';
