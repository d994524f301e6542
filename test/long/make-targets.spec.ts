import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

/** Runs make as a person at a terminal would, without the variables that make and Jest gave to this process. */
function make(...args: string[]): { status: number | null; lastLine: string } {
  const { PATH, HOME } = process.env;
  const { status, stdout, stderr } = spawnSync('make', ['--silent', ...args], {
    env: { PATH, HOME },
    encoding: 'utf8',
  });
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => /^No /.test(line));
  return { status, lastLine: lines.at(-1) ?? `${stdout}\n${stderr}` };
}

describe('a name that nothing has', () => {
  it.each([
    [['conformance', 'gateway=nonesuch'], /^No gateway is called nonesuch; there are always-fails, .*toy-bank\.$/],
    [['test-key', 'key=nonesuch', 'JEST_ARGS=src/shared/'], /no test has “nonesuch” in its name\.$/],
    [['test-file', 'path=src/shared/monye.spec.ts'], /^No file of tests is .*: src\/shared\/money\.spec\.ts, /],
  ])(
    'fails with one line that says what there is: make %j',
    (args, message) => {
      const { status, lastLine } = make(...args);
      expect(lastLine).toMatch(message);
      expect(status).toBeGreaterThan(0);
    },
    300_000,
  );
});
