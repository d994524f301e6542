import { constants } from 'node:os';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type StopSignal = (typeof STOP_SIGNALS)[number];

/**
 * npm repeats to its child a signal that the terminal has already sent to both: one Ctrl-C arrives twice, within
 * milliseconds.
 */
const ONE_SIGNAL_MS = 1_000;

/**
 * Calls `stop` at the first signal and lets it take the time that it needs. Another signal more than a second later
 * means that the sender does not want to wait: it ends the process at once.
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

/** The exit code that shells use. */
export function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}
