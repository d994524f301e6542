import { Injectable } from '@nestjs/common';
import { type Counter, Metrics } from '../../../platform/metrics/metrics.public.js';
import { CallbackCounter, type CountedOutcome } from '../domain/callback-counter.js';

const OUTCOMES = {
  taken_in: true,
  unknown_reference: true,
  other_gateway: true,
  amount_mismatch: true,
  account_mismatch: true,
  not_confirmed: true,
  unrecognized: true,
  unreadable: true,
  unsigned: true,
  repeated: true,
  foreign: true,
  about_no_order: true,
} as const satisfies Readonly<Record<CountedOutcome, true>>;

/** A counter for Prometheus. */
@Injectable()
export class CallbackMetrics extends CallbackCounter {
  private readonly counter: Counter<'outcome'>;

  constructor(metrics: Metrics) {
    super();
    this.counter = metrics.counter({
      name: 'bahi_gateway_callbacks_total',
      help: 'Callbacks from gateways that this process handled, by outcome.',
      labelNames: ['outcome'],
    });
    for (const outcome of Object.keys(OUTCOMES)) this.counter.inc({ outcome }, 0);
  }

  override count(outcome: CountedOutcome): void {
    this.counter.inc({ outcome });
  }
}
