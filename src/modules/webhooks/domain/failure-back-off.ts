/** After so many failures one after the other only one message at a time is risked, and a pause made between them. */
const FAILURES = 5;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Counts failures of one receiver, or of all sending, that follow each other; and says how much may be sent after them. */
export class FailureBackOff {
  private failures = 0;
  private pausedUntil = 0;

  /** @param scale of the pauses */
  constructor(private readonly scale: number) {}

  note(isWell: boolean, nowMs: number): void {
    this.failures = isWell ? 0 : this.failures + 1;
    const over = this.failures - FAILURES;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(over, 10)) * this.scale;
    this.pausedUntil = over < 0 ? 0 : nowMs + pauseMs;
  }

  /** @param most that may be on its way at once where all is well @param inFlight what is on its way already */
  room(most: number, inFlight: number, nowMs: number): number {
    return nowMs < this.pausedUntil ? 0 : Math.max(0, this.atOnce(most) - inFlight);
  }

  atOnce(most: number): number {
    return this.failures < FAILURES ? most : 1;
  }
}
