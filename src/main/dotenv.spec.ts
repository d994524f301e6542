import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SubmissionSettings } from '../modules/gateways/gateways.settings.js';
import { loadDotenv } from './dotenv.js';
import { configFrom } from './settings.js';

const NAME = 'MAX_RETRIES';
const OLD = 'PAYOUT_MAX_RETRIES';
const WARNING = `${OLD} is the old name of ${NAME}: set ${NAME} instead.`;

let folder: string;
let previous: string;

beforeEach(() => {
  previous = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'bahi-dotenv-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(previous);
  rmSync(folder, { recursive: true });
});

function retries(environment: Record<string, string>): { maxRetries: number; warnings: readonly string[] } {
  loadDotenv(environment);
  const config = configFrom(environment);
  return { maxRetries: config.get(SubmissionSettings).maxRetries, warnings: config.warnings };
}

describe('a file .env', () => {
  it('need not be there', () => {
    expect(retries({ [NAME]: '7' })).toEqual({ maxRetries: 7, warnings: [] });
  });

  it('sets what the environment leaves open', () => {
    writeFileSync('.env', `${NAME}=5\n`);
    expect(retries({})).toEqual({ maxRetries: 5, warnings: [] });
  });

  it.each([
    ['both name the setting anew', NAME, NAME, []],
    ['the file has the old name', OLD, NAME, [WARNING]],
    ['the environment has the old name', NAME, OLD, [WARNING]],
    ['both have the old name', OLD, OLD, [WARNING]],
  ])('gives way to the environment: %s', (_which, inFile, inEnvironment, warnings) => {
    writeFileSync('.env', `${inFile}=5\n`);
    expect(retries({ [inEnvironment]: '7' })).toEqual({ maxRetries: 7, warnings });
  });

  it('cannot contradict itself', () => {
    writeFileSync('.env', `${NAME}=5\n${OLD}=6\n`);
    expect(() => retries({})).toThrow(`${NAME}=5 and ${OLD}=6 contradict each other: unset ${OLD}, the old name.`);
  });

  it('that contradicts itself gives way to the environment too', () => {
    writeFileSync('.env', `${NAME}=5\n${OLD}=6\n`);
    expect(retries({ [NAME]: '7' })).toEqual({ maxRetries: 7, warnings: [WARNING] });
  });

  it('is not blamed for a wrong value of the environment', () => {
    writeFileSync('.env', `${OLD}=5\n`);
    expect(() => retries({ [NAME]: 'x' })).toThrow(/^MAX_RETRIES=x is not valid/);
  });
});
