import { describe, expect, it } from '@jest/globals';
import { endOf, LATENCY_STEPS_MS, lastHourOf, stepOf, type Submissions } from './last-hour.js';

function minute(fields: Partial<Submissions>, seconds: readonly number[] = []): Submissions {
  const latencies = LATENCY_STEPS_MS.map((_, step) => seconds.filter((each) => stepOf(each) === step).length);
  return { succeeded: 0, pending: 0, rejected: 0, unanswered: 0, latencies, ...fields };
}

describe('the last hour of a gateway', () => {
  it('says nothing of shares and latencies where nothing was sent', () => {
    expect(lastHourOf([])).toEqual({
      submissions: 0,
      succeeded: 0,
      pending: 0,
      rejected: 0,
      unanswered: 0,
      successSharePercent: null,
      latencyP50Ms: null,
      latencyP95Ms: null,
    });
  });

  it('adds minutes up, and counts as taken what succeeded or is in progress', () => {
    const hour = lastHourOf([minute({ succeeded: 1, unanswered: 1 }, [0.01, 4]), minute({ pending: 1 }, [0.2])]);
    expect(hour).toMatchObject({ submissions: 3, successSharePercent: 66.67, latencyP50Ms: 200, latencyP95Ms: 5_000 });
  });

  it('takes a call to the step that it does not pass, and the longest to the last', () => {
    expect([0, 0.05, 0.0501, 29, 60].map(stepOf).map((step) => LATENCY_STEPS_MS[step])).toEqual([
      50, 50, 100, 30_000, 30_000,
    ]);
  });

  it('takes for unanswered whatever is no end', () => {
    expect(['succeeded', 'pending', 'rejected', 'unknown', 'not_found'].map(endOf)).toEqual([
      'succeeded',
      'pending',
      'rejected',
      'unanswered',
      'unanswered',
    ]);
  });
});
