// In addition to Jest's own reporter: shows where the time of a run goes, and fails a run by name in which no test has
// the name.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const SLOWEST = 15;

/** Every file with its time, relative to the root. */
const TIMES = 'node_modules/.cache/test-times.txt';

export default class TimesReporter {
  /** Why the run fails although no test did. */
  #error;

  constructor(globalConfig) {
    this.globalConfig = globalConfig;
  }

  onRunComplete(_contexts, { testResults, numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    if (testResults.length > 1) this.#printTimes(testResults);
    const { testNamePattern } = this.globalConfig;
    if (testNamePattern && numPassedTests + numFailedTests + numRuntimeErrorTestSuites === 0) {
      this.#error = new Error(`No test was run: ${nobody(testNamePattern, testResults)}`);
      process.stderr.write(`${this.#error.message}\n`);
    }
  }

  getLastError() {
    return this.#error;
  }

  #printTimes(testResults) {
    const times = testResults.map(({ testFilePath, perfStats: { start, end } }) => ({
      file: relative(this.globalConfig.rootDir, testFilePath),
      seconds: (end - start) / 1000,
    }));
    const total = times.reduce((sum, { seconds }) => sum + seconds, 0);
    times.sort((a, b) => b.seconds - a.seconds);
    const lines = times.map(({ file, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${file}`);
    const path = join(this.globalConfig.rootDir, TIMES);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${lines.join('\n')}\n`);
    const all = `${total.toFixed(1).padStart(8)} s  all ${times.length} files, ${this.globalConfig.maxWorkers} at a time`;
    process.stderr.write(`\nThe slowest files (each: ${TIMES}):\n${[...lines.slice(0, SLOWEST), all].join('\n')}\n`);
  }
}

/**
 * Why no test has the name. The gateways' suite (`the gateway NAME …`) is selected by name, so the message lists the
 * gateways.
 */
function nobody(pattern, testResults) {
  const titles = testResults.flatMap(({ testResults: tests }) => tests.map(({ ancestorTitles }) => ancestorTitles[0]));
  const [, asked] = /^\^the gateway (.+) $/.exec(pattern) ?? [];
  const names = titles.flatMap((title) => /^the gateway (\S+)$/.exec(title ?? '')?.[1] ?? []);
  return asked === undefined
    ? `no test has “${pattern}” in its name.`
    : `no gateway is called ${asked}; there are ${[...new Set(names)].sort().join(', ')}.`;
}
