/** A PostgreSQL server of our own for whoever names none. For `main`, and for the tests. */
export { borrowEmbeddedPostgres } from './borrow-embedded-postgres.js';
export { lockDataDir } from './data-dir-lock.js';
export { startEmbeddedPostgres } from './embedded-postgres.js';
export { APP } from './passwords.js';
export { EmbeddedPostgresSettings } from './embedded-postgres.settings.js';
