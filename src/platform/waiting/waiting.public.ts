/**
 * Waiting for what may be slow or unreachable: timeouts, tickers, shared look-ups, permits, bulkheads, failing fast.
 *
 * Small enough to be our own. We considered libraries: the limits of cockatiel and p-limit run a function, while a
 * permit here is held for as long as a connection lives; cockatiel's timeout throws, and its breaker counts every call;
 * async-mutex would be a dependency for fifteen lines.
 */
export { Bulkhead } from './bulkhead.js';
export { Ticker } from './ticker.js';
export { FairSemaphore } from './fair-semaphore.js';
export { withTimeout } from './with-timeout.js';
