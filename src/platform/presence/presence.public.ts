/** How many workers are alive, across all processes. */
export { PresenceModule } from './presence.module.js';
export { WorkerPresence } from './worker-presence.js';
