import { median } from './median.js';

/** A figure that is worse by this share, beyond the noise, is a step back. */
export const TOLERATED = 0.1;

/** Two rounds can agree by chance; one has nothing to agree with. */
export const ROUNDS_FOR_A_VERDICT = 2;

/** One figure of two commits, measured in turns. */
export interface ComparedFigure {
  readonly figure: string;
  readonly inFlight: number;
  readonly better: 'more' | 'less';
  /** One value of each round, in the same order for both. */
  readonly theirs: readonly number[];
  readonly ours: readonly number[];
}

export interface Verdict {
  /** Medians. */
  readonly theirs: number;
  readonly ours: number;
  /** How much worse ours is, as a share of theirs; negative if it is better. The median of the rounds. */
  readonly worse: number;
  /** The spread of `worse` over the rounds: the largest minus the smallest. Null if only one round was measured. */
  readonly noise: number | null;
  /** Worse by more than a tenth plus the noise. */
  readonly isStepBack: boolean;
}

/**
 * Compares round by round: what disturbs the machine for minutes disturbs both figures of a round, and cancels out.
 * @throws RangeError if the rounds do not match, or a figure is not a positive number
 */
export function verdictOn({ figure, better, theirs, ours }: ComparedFigure): Verdict {
  if (theirs.length === 0 || theirs.length !== ours.length)
    throw new RangeError(`${figure}: ${theirs.length} rounds of theirs and ${ours.length} of ours`);
  if ([...theirs, ...ours].some((value) => !(value > 0 && value < Infinity)))
    throw new RangeError(`${figure} was not measured: ${theirs.join()} and ${ours.join()}`);
  const worseIn = ours.map((value, i) => ((better === 'more' ? -1 : 1) * (value - theirs[i]!)) / theirs[i]!);
  const worse = median(worseIn);
  const noise = worseIn.length < ROUNDS_FOR_A_VERDICT ? null : Math.max(...worseIn) - Math.min(...worseIn);
  return {
    ...{ theirs: median(theirs), ours: median(ours), worse, noise },
    isStepBack: noise !== null && worse > TOLERATED + noise,
  };
}
