import { Injectable } from '@nestjs/common';
import { type Counter, type Histogram, Metrics } from '../../../platform/metrics/metrics.public.js';
import { timeOfId } from '../../../shared/ids.js';
import { ATTEMPT_OUTCOMES, AttemptCounter, type AttemptOutcome } from '../domain/attempt-counter.js';
import type { ClaimedDelivery } from '../domain/deliveries.js';

/** From the delay of a wake to the backlog of a worker that was down. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Counts attempts for Prometheus. */
@Injectable()
export class AttemptMetrics extends AttemptCounter {
  private readonly attempts: Counter<'outcome'>;
  private readonly waits: Histogram;

  constructor(metrics: Metrics) {
    super();
    this.attempts = metrics.counter({
      name: 'bahi_webhook_attempts_total',
      help: 'Attempts of this process to deliver an event to a webhook endpoint: delivered, refused, no_answer, unsent.',
      labelNames: ['outcome'],
    });
    this.waits = metrics.histogram(
      {
        name: 'bahi_webhook_first_attempt_seconds',
        help: 'Time from the commit of an event to the first attempt to deliver it to an endpoint.',
      },
      SECONDS,
    );
    for (const outcome of ATTEMPT_OUTCOMES) this.attempts.inc({ outcome }, 0);
  }

  override begun({ attempt, eventId, at }: ClaimedDelivery): void {
    if (attempt === 1) this.waits.observe(Math.max(0, at.getTime() - timeOfId(eventId)) / 1_000);
  }

  override ended(outcome: AttemptOutcome): void {
    this.attempts.inc({ outcome });
  }
}
