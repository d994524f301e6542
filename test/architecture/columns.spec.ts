import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it, jest } from '@jest/globals';

/** The compiler reads its libraries, which takes long on a busy machine. */
jest.setTimeout(120_000);

const FIXTURE = 'test/architecture/fixtures/columns/columns.ts';

describe('the columns of a table', () => {
  it('compile when each key of the state has its own, of its type, and not otherwise', () => {
    const expected = expectedErrors();
    const found = foundErrors();
    expect(found.map(({ line }) => line)).toEqual(expected.map(({ line }) => line));
    found.forEach(({ message }, i) => expect(message).toContain(expected[i]!.message));
  });
});

interface CompileError {
  readonly line: number;
  readonly message: string;
}

/** `// error: …` is on the line above the one that the compiler reports. */
function expectedErrors(): CompileError[] {
  const lines = readFileSync(FIXTURE, 'utf8').split('\n');
  return lines.flatMap((line, i) => {
    const message = /^\s*\/\/ error: (.+)$/.exec(line)?.[1];
    return message === undefined ? [] : [{ line: i + 2, message }];
  });
}

/** The errors, with the lines that explain each message. */
function foundErrors(): CompileError[] {
  const tsc = ['node_modules/typescript/bin/tsc', '--noEmit', '--pretty', 'false', '-p', FIXTURE.replace(/[^/]+$/, '')];
  const { stdout } = spawnSync(process.execPath, tsc, { encoding: 'utf8' });
  return stdout.split(/\n(?=\S)/).flatMap((text) => {
    if (text.trim() === '') return [];
    const [, file, line, message] = /^(\S+)\((\d+),\d+\): error ([^]*)$/.exec(text.trim()) ?? [];
    return [file === FIXTURE ? { line: Number(line), message: message! } : notInFixture(text)];
  });
}

function notInFixture(text: string): never {
  throw new Error(`the compiler complains of something else: ${text}`);
}
