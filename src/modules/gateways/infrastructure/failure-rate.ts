/**
 * Whether most of the last calls had no answer. Counted by number and not by time, so that a gateway that is seldom
 * called is judged by the same evidence.
 */
export class FailureRate {
  private readonly failed: boolean[] = [];

  /**
   * @param threshold the share of failures above which the rate is too high, such as 0.5
   * @param size how many of the last calls count
   * @param minimumCalls before so many calls nothing is concluded
   */
  constructor(private readonly options: { threshold: number; size: number; minimumCalls: number }) {}

  /** @returns whether the rate is too high now; never after an answered call */
  record(answered: boolean): boolean {
    const { threshold, size, minimumCalls } = this.options;
    this.failed.push(!answered);
    if (this.failed.length > size) this.failed.shift();
    const failures = this.failed.filter(Boolean).length;
    return !answered && this.failed.length >= minimumCalls && failures > threshold * this.failed.length;
  }
}
