import { describe, expect, it } from '@jest/globals';
import { type ComparedFigure, verdictOn } from './verdict.js';

const accepted = (theirs: number[], ours: number[]): ComparedFigure => ({
  ...{ figure: 'accepted/s', inFlight: 64, better: 'more', theirs, ours },
});
const p99 = (theirs: number[], ours: number[]): ComparedFigure => ({
  ...accepted(theirs, ours),
  ...{ figure: 'p99 ms', better: 'less' },
});

describe('the verdict on a figure of two commits', () => {
  it('is a step back when it is more than a tenth worse and the rounds agree', () => {
    expect(verdictOn(accepted([1000, 1000, 1000], [850, 860, 870]))).toMatchObject({ isStepBack: true });
    expect(verdictOn(p99([100, 100, 100], [115, 114, 113]))).toMatchObject({ isStepBack: true });
  });

  it('is none when it is a tenth worse, or better by whatever', () => {
    expect(verdictOn(accepted([1000, 1000, 1000], [900, 900, 900]))).toMatchObject({ noise: 0, isStepBack: false });
    expect(verdictOn(p99([100, 100], [110, 110]))).toMatchObject({ noise: 0, isStepBack: false });
    expect(verdictOn(accepted([1000, 1000], [5000, 5000]))).toMatchObject({ worse: -4, isStepBack: false });
    expect(verdictOn(p99([100, 100], [20, 20]))).toMatchObject({ worse: -0.8, isStepBack: false });
  });

  it('adds the spread of the rounds to what is tolerated', () => {
    // 0.1, 0.2 and 0.25 worse: the median is beyond a tenth, but not beyond a tenth plus 0.15.
    const noisy = verdictOn(accepted([1000, 1000, 1000], [900, 800, 750]));
    expect(noisy.worse).toBeCloseTo(0.2);
    expect(noisy.noise).toBeCloseTo(0.15);
    expect(noisy.isStepBack).toBe(false);
  });

  it('compares round by round, so that a machine which slows down for both is no noise', () => {
    const { worse, noise, isStepBack } = verdictOn(accepted([2000, 1000, 500], [1600, 800, 400]));
    expect(worse).toBeCloseTo(0.2);
    expect(noise).toBeCloseTo(0);
    expect(isStepBack).toBe(true);
  });

  it('is open after one round, which has no spread', () => {
    expect(verdictOn(accepted([1000], [100]))).toMatchObject({ worse: 0.9, noise: null, isStepBack: false });
  });

  it('shows the medians', () => {
    expect(verdictOn(accepted([3, 1, 2], [6, 4, 5]))).toMatchObject({ theirs: 2, ours: 5 });
  });

  it('is refused where something was not measured', () => {
    expect(() => verdictOn(accepted([1000, 1000], [900]))).toThrow(RangeError);
    expect(() => verdictOn(accepted([], []))).toThrow(RangeError);
    expect(() => verdictOn(p99([100], [NaN]))).toThrow('p99 ms was not measured');
    expect(() => verdictOn(accepted([0], [900]))).toThrow(RangeError);
  });
});
