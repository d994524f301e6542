/** After so many failures in a row, only one message at a time is sent, with a pause after each failure. */
const FAILURES = 5;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Counts the failures in a row of one receiver, or of all sending, and says how much may still be sent. */
export class FailureBackOff {
  private failures = 0;
  private pausedUntil = 0;

  /** @param scale multiplies the pauses */
  constructor(private readonly scale: number) {}

  note(isWell: boolean, nowMs: number): void {
    this.failures = isWell ? 0 : this.failures + 1;
    const over = this.failures - FAILURES;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(over, 10)) * this.scale;
    this.pausedUntil = over < 0 ? 0 : nowMs + pauseMs;
  }

  /** @param most how many may be on their way at once when all is well @param inFlight how many are on their way now */
  capacity(most: number, inFlight: number, nowMs: number): number {
    return nowMs < this.pausedUntil ? 0 : Math.max(0, this.atOnce(most) - inFlight);
  }

  atOnce(most: number): number {
    return this.failures < FAILURES ? most : 1;
  }
}
