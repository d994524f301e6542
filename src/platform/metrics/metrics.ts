import { Injectable, Logger } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type { Counter, Gauge, Histogram } from 'prom-client';

/** Names begin with `bahi_` and end with the base unit: `_seconds`, or `_total` for a count. */
export interface Named<Label extends string> {
  readonly name: `bahi_${string}`;
  readonly help: string;
  /** Each label has few values, all known beforehand: every combination is a separate series, for ever. */
  readonly labelNames?: readonly Label[];
}

/** From a millisecond, which is a read from memory, to ten seconds, which is the time-out of a bank. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The metrics of this process. Modules register their own, each name once. */
@Injectable()
export class Metrics {
  private readonly logger = new Logger('metrics');
  private readonly registry = new Registry();
  private readonly refreshes: (() => Promise<void>)[] = [];

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<Label extends string>({ labelNames = [], ...named }: Named<Label>): Counter<Label> {
    return new Counter({ ...named, labelNames, registers: [this.registry] });
  }

  histogram<Label extends string>(
    { labelNames = [], ...named }: Named<Label>,
    buckets: readonly number[] = SECONDS,
  ): Histogram<Label> {
    return new Histogram({ ...named, labelNames, buckets: [...buckets], registers: [this.registry] });
  }

  /** @param read called at each scrape: sets a value that this process has in memory */
  gauge<Label extends string>({ labelNames = [], ...named }: Named<Label>, read?: (gauge: Gauge<Label>) => void) {
    const gauge = new Gauge({ ...named, labelNames, registers: [this.registry] });
    if (read !== undefined) this.beforeScrape(() => Promise.resolve(read(gauge)));
    return gauge;
  }

  /** For values that must be fetched from elsewhere. It must neither fail nor take long. */
  beforeScrape(refresh: () => Promise<void>): void {
    this.refreshes.push(refresh);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** In the text format of Prometheus. */
  async text(): Promise<string> {
    // One that fails must not hide all the others.
    for (const result of await Promise.allSettled(this.refreshes.map((refresh) => refresh())))
      if (result.status === 'rejected')
        this.logger.error(`a metric could not be read and is missing in /metrics: ${String(result.reason)}`);
    return this.registry.metrics();
  }
}

/** Removes all values of a gauge, even the 0 that an unlabelled one is reset to: unknown is not zero. */
export function forget(gauge: Gauge): void {
  gauge.reset();
  gauge.remove({});
}
