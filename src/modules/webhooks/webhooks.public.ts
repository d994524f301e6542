/** What main needs to know of telling merchants what has happened. */
export { WEBHOOK_REFUSALS } from './domain/refusals.js';
