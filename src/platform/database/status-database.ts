import { Database } from './database.js';

/** One for health, one for figures. Both close after half a minute in which nobody asked. */
export const STATUS_CONNECTIONS = 2;

/**
 * For what is said about the service, its health and its metrics: connections of its own. Where requests have taken all
 * others, and wait for one another, the database still answers, and its figures are what somebody looks for.
 */
export class StatusDatabase extends Database {}
