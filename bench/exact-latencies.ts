/** Latencies in milliseconds, all of which are kept: percentiles are exact, and a million take 8 MB. */
export class ExactLatencies {
  private samples = new Float64Array(65_536);
  count = 0;

  add(milliseconds: number): void {
    if (this.count === this.samples.length) {
      const larger = new Float64Array(2 * this.count);
      larger.set(this.samples);
      this.samples = larger;
    }
    this.samples[this.count++] = milliseconds;
  }

  /**
   * For each share, the smallest latency that at least that share of all requests did not exceed; NaN if there were
   * none.
   */
  percentiles(...shares: number[]): number[] {
    const sorted = this.samples.slice(0, this.count).sort();
    return shares.map((share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN);
  }
}
