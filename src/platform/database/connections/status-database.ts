import { Database } from './database.js';
import type { PrimaryServer } from '../servers/primary-server.js';

/** One for health, one for metrics. */
const STATUS_CONNECTIONS = 2;

/**
 * For what is said about the service, its health and its metrics: connections of its own. Where requests have taken all
 * others, and wait for one another, the database still answers, and its metrics are what somebody looks for. They stay
 * open: a server that has no connection left for anybody would otherwise refuse the probe that comes once a minute.
 */
export class StatusDatabase extends Database {
  constructor(url: string, pooled: boolean, idleMs = 30_000, primary?: PrimaryServer, distributed = false) {
    super(url, STATUS_CONNECTIONS, pooled, { ms: idleMs, kept: STATUS_CONNECTIONS }, primary, distributed);
  }
}
