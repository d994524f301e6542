import type { Asked, Moment } from '../../src/shared/moment.js';

/** When nothing has happened to the clock: all measures of time say the same. */
export const moment = (at: Date): Moment => ({ orderTime: at, clockTime: at, liveMs: at.getTime() });

/** The same of a question. */
export const asked = (at: Date): Asked => ({ askedAt: at, askedLiveMs: at.getTime() });
