// Slowest files first, so that no worker starts a long one when the others are done. The times come from the previous
// run; in a new clone they are guessed.
import { readFileSync } from 'node:fs';
import TestSequencer from '@jest/test-sequencer';

const Sequencer = TestSequencer.default ?? TestSequencer;

/** Slow things that a spec may do, and roughly how many milliseconds they take. */
const GUESSES = [
  [/\.process\(|runMain\(|ServiceProcess|openBrowser\(/, 20_000],
  [/startOwn(Server|Redis)\(|startEmbedded/, 15_000],
  [/Bahi\.open\(|TestBooks\.open\(|createMigratedDatabase\(/, 5_000],
];

export default class SlowestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => milliseconds(b) - milliseconds(a));
  }
}

function milliseconds({ path, duration }) {
  if (duration !== undefined) return duration;
  const text = readFileSync(path, 'utf8');
  return GUESSES.reduce((sum, [pattern, ms]) => (pattern.test(text) ? sum + ms : sum), text.length / 10);
}
