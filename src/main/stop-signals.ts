import { constants } from 'node:os';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type StopSignal = (typeof STOP_SIGNALS)[number];

/** npm repeats to its child what the terminal has sent to both: one Ctrl-C comes twice, within milliseconds. */
const ONE_SIGNAL_MS = 1_000;

/**
 * Calls `stop` at the first signal, and leaves it the time that it takes. Whoever sends another one after more than a
 * second does not want to wait: it ends the process at once.
 */
export function onStopSignal(stop: (signal: StopSignal) => void): void {
  let receivedAt: number | null = null;
  for (const signal of STOP_SIGNALS)
    process.on(signal, () => {
      if (receivedAt === null) {
        receivedAt = performance.now();
        stop(signal);
      } else if (performance.now() > receivedAt + ONE_SIGNAL_MS) {
        process.exit(exitCodeOf(signal));
      }
    });
}

/** As shells have it. */
export function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}
