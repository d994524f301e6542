/** The steps of latencies, in milliseconds: the last one is as long as a call may take by its settings, and longer. */
export const LATENCY_STEPS_MS = [
  50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 30_000,
] as const;

const HOW = ['succeeded', 'pending', 'rejected', 'unanswered'] as const;
export type SubmissionEnd = (typeof HOW)[number];

/** Submissions of some time, by how they ended; and how many took as long as each step, or less, but longer than the one before. */
export interface Submissions extends Readonly<Record<SubmissionEnd, number>> {
  readonly latencies: readonly number[];
}

/** What the submissions of an hour say of a gateway. */
export interface LastHour extends Readonly<Record<SubmissionEnd, number>> {
  readonly submissions: number;
  /** Of 100: those that it took, which are succeeded or pending. Null: there were none. */
  readonly successSharePercent: number | null;
  /** So long half of them took at the most, by the steps; null: there were none. */
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
}

/** The step that a call belongs to. */
export function stepOf(seconds: number): number {
  const step = LATENCY_STEPS_MS.findIndex((ms) => seconds * 1_000 <= ms);
  return step === -1 ? LATENCY_STEPS_MS.length - 1 : step;
}

/** How a call has ended, by its ending. */
export function endOf(ending: string): SubmissionEnd {
  return HOW.find((how) => how === ending) ?? 'unanswered';
}

export function lastHourOf(minutes: readonly Submissions[]): LastHour {
  const sumOf = (of: (each: Submissions) => number): number => minutes.reduce((sum, each) => sum + of(each), 0);
  const [succeeded, pending] = [sumOf((each) => each.succeeded), sumOf((each) => each.pending)];
  const [rejected, unanswered] = [sumOf((each) => each.rejected), sumOf((each) => each.unanswered)];
  const submissions = succeeded + pending + rejected + unanswered;
  const steps = LATENCY_STEPS_MS.map((_, step) => sumOf(({ latencies }) => latencies[step] ?? 0));
  const share = submissions === 0 ? null : Math.round(((succeeded + pending) / submissions) * 10_000) / 100;
  return {
    ...{ submissions, succeeded, pending, rejected, unanswered, successSharePercent: share },
    latencyP50Ms: latencyOf(steps, 0.5),
    latencyP95Ms: latencyOf(steps, 0.95),
  };
}

function latencyOf(steps: readonly number[], share: number): number | null {
  const wanted = share * steps.reduce((sum, count) => sum + count, 0);
  if (wanted === 0) return null;
  let reached = 0;
  return LATENCY_STEPS_MS.find((_, step) => (reached += steps[step]!) >= wanted) ?? null;
}

/** Counts submissions for whoever looks at the gateways; of all processes, and of no consequence. */
export abstract class GatewayTraffic {
  /** A submission has ended. Counted within about a second. */
  abstract note(gateway: string, ending: string, seconds: number): void;
  /** By gateway, of those that were sent anything within the hour. */
  abstract lastHour(): Promise<ReadonlyMap<string, LastHour>>;
}
