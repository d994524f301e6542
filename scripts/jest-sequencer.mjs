// The slowest files first, so that no worker begins a long one when the others are done. How long a file takes is known
// from the run before; in a new clone it is guessed.
import { readFileSync } from 'node:fs';
import TestSequencer from '@jest/test-sequencer';

const Sequencer = TestSequencer.default ?? TestSequencer;

/** What a spec does that takes long, and about how many milliseconds. */
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
