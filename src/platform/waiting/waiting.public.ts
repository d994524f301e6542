/** Waiting for what may be slow or unreachable: timeouts, tickers, shared look-ups, permits. */
export { Ticker } from './ticker.js';
export { withTimeout } from './with-timeout.js';
