import { writeJson } from './json-file.js';
import { percent, printTable, rounded } from './table.js';
import { type ComparedFigure, ROUNDS_FOR_A_VERDICT, TOLERATED, type Verdict, verdictOn } from './verdict.js';

/**
 * Prints the comparison as one table, and writes it as JSON.
 * @param other the other commit
 * @returns whether any figure is a step back
 */
export function reportComparison(other: string, compared: readonly ComparedFigure[], server: string): boolean {
  const figures = compared.map(({ theirs, ours, ...figure }) => ({
    ...figure,
    ...verdictOn({ ...figure, theirs, ours }),
    rounds: { theirs, ours },
  }));
  console.log();
  printTable([['figure', 'in flight', other, 'this one', 'worse by', 'noise', ''], ...figures.map(rowOf)]);
  const stepsBack = figures.filter(({ isStepBack }) => isStepBack);
  console.log(`\n${howJudged(figures[0]!.noise !== null)}`);
  if (stepsBack.length > 0) console.log(`Worse than ${other}: ${stepsBack.map(({ figure }) => figure).join('; ')}`);
  console.log(`Written to ${writeJson('against', server, { other, figures })}`);
  return stepsBack.length > 0;
}

function rowOf({
  figure,
  inFlight,
  theirs,
  ours,
  worse,
  noise,
  isStepBack,
}: Verdict & Omit<ComparedFigure, keyof Verdict>) {
  const row = [figure, `${inFlight}`, rounded(theirs), rounded(ours), percent(worse)];
  return [...row, noise === null ? '–' : percent(noise), isStepBack ? 'WORSE' : ''];
}

function howJudged(isJudged: boolean): string {
  return isJudged
    ? `Medians of the rounds. Noise: how far the rounds disagree about it (largest less smallest). ` +
        `A figure fails when it is worse by more than ${percent(TOLERATED)} and the noise together.`
    : `Nothing is judged: noise is measured over at least ${ROUNDS_FOR_A_VERDICT} rounds.`;
}
