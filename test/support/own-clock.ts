import { jest } from '@jest/globals';

const ALL_BUT_DATE = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

/**
 * Runs `work` while the wall clock of this process is off by this many milliseconds, and everything else is unchanged.
 */
export async function whileOwnClockIsOff<T>(ms: number, work: () => Promise<T>): Promise<T> {
  jest.useFakeTimers({ now: Date.now() + ms, doNotFake: ALL_BUT_DATE });
  try {
    return await work();
  } finally {
    jest.useRealTimers();
  }
}
