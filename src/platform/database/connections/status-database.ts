import { Database } from './database.js';
import type { PrimaryServer } from '../servers/primary-server.js';

/** One for health, one for metrics. */
const STATUS_CONNECTIONS = 2;

/**
 * Connections of their own for the service's health and metrics. If requests have taken all other connections and wait
 * for one another, the database still answers here, and its metrics show what is wrong. These connections stay open:
 * otherwise a server without a free connection would refuse the probe that comes once a minute.
 */
export class StatusDatabase extends Database {
  constructor(url: string, pooled: boolean, idleMs = 30_000, primary?: PrimaryServer, distributed = false) {
    super(url, STATUS_CONNECTIONS, pooled, { ms: idleMs, kept: STATUS_CONNECTIONS }, primary, distributed);
  }
}
