/** The clock that decides: the database server's. */
export { ClockModule } from './clock.module.js';
export { ClockWatch } from './clock-watch.js';
export { ServerClock } from './server-clock.js';
