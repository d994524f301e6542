import type { Asked, Moment } from '../../src/shared/moment.js';

/** A moment when nothing has happened to the clock: order time, clock time and live time agree. */
export const moment = (at: Date): Moment => ({ orderTime: at, clockTime: at, liveMs: at.getTime() });

/** The same for an inquiry. */
export const asked = (at: Date): Asked => ({ askedAt: at, askedLiveMs: at.getTime() });
