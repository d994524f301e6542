import type { Moment } from '../../src/shared/moment.js';

/** When nothing has happened to the clock: all measures of time say the same. */
export const moment = (at: Date): Moment => ({ orderTime: at, clockTime: at, liveMs: 0 });
