import { jest } from '@jest/globals';

const ALL_BUT_DATE = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

/** While the wall clock of this process stands so many milliseconds off, and all else goes on. */
export async function whileOwnClockIsOff<T>(ms: number, work: () => Promise<T>): Promise<T> {
  jest.useFakeTimers({ now: Date.now() + ms, doNotFake: ALL_BUT_DATE });
  try {
    return await work();
  } finally {
    jest.useRealTimers();
  }
}
