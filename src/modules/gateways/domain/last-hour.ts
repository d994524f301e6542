/** The steps of latencies, in milliseconds. The last step also counts all calls that took longer. */
export const LATENCY_STEPS_MS = [
  50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 30_000,
] as const;

const HOW = ['succeeded', 'pending', 'rejected', 'unanswered'] as const;
export type SubmissionEnd = (typeof HOW)[number];

/**
 * Submissions of some time, counted by how they ended, and by latency: each step counts the calls that took longer than
 * the step before it and at most as long as the step itself.
 */
export interface Submissions extends Readonly<Record<SubmissionEnd, number>> {
  readonly latencies: readonly number[];
}

/** The statistics of a gateway's submissions in an hour. */
export interface LastHour extends Readonly<Record<SubmissionEnd, number>> {
  readonly submissions: number;
  /** How many of 100 it accepted, that is, succeeded or pending. Null: there were no submissions. */
  readonly successSharePercent: number | null;
  /** Half of them took at most this long, rounded up to a step. Null: there were no submissions. */
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
}

/** The index of the step that a call belongs to. */
export function stepOf(seconds: number): number {
  const step = LATENCY_STEPS_MS.findIndex((ms) => seconds * 1_000 <= ms);
  return step === -1 ? LATENCY_STEPS_MS.length - 1 : step;
}

/** How a call with this ending is counted. */
export function endOf(ending: string): SubmissionEnd {
  return HOW.find((how) => how === ending) ?? 'unanswered';
}

export function lastHourOf(minutes: readonly Submissions[]): LastHour {
  const sumOf = (of: (each: Submissions) => number): number => minutes.reduce((sum, each) => sum + of(each), 0);
  const succeeded = sumOf((each) => each.succeeded);
  const pending = sumOf((each) => each.pending);
  const rejected = sumOf((each) => each.rejected);
  const unanswered = sumOf((each) => each.unanswered);
  const submissions = succeeded + pending + rejected + unanswered;
  const steps = LATENCY_STEPS_MS.map((_, step) => sumOf(({ latencies }) => latencies[step] ?? 0));
  const share = submissions === 0 ? null : Math.round(((succeeded + pending) / submissions) * 10_000) / 100;
  return {
    submissions,
    succeeded,
    pending,
    rejected,
    unanswered,
    successSharePercent: share,
    latencyP50Ms: latencyOf(steps, 0.5),
    latencyP95Ms: latencyOf(steps, 0.95),
  };
}

function latencyOf(steps: readonly number[], share: number): number | null {
  const wanted = share * steps.reduce((sum, count) => sum + count, 0);
  if (wanted === 0) return null;
  let reached = 0;
  for (const [step, latencyMs] of LATENCY_STEPS_MS.entries()) {
    reached += steps[step]!;
    if (reached >= wanted) return latencyMs;
  }
  return null;
}

/** Counts the submissions of all processes, for display only: no decision depends on the counts. */
export abstract class GatewayTraffic {
  /** Counts a submission that has ended, within about a second. */
  abstract note(gateway: string, ending: string, seconds: number): void;
  /** By gateway; without the gateways that were sent nothing within the hour. */
  abstract lastHour(): Promise<ReadonlyMap<string, LastHour>>;
}
