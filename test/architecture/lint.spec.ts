import { execFileSync } from 'node:child_process';
import { describe, expect, it, jest } from '@jest/globals';
import { complaintsExpectedIn, complaintsIn } from './rules.js';

/** ESLint reads the types of the whole source, which takes long on a busy machine. */
jest.setTimeout(120_000);

describe('the lint rules', () => {
  it('find every line of the fixtures that is marked, and no other', () => {
    const fixtures = 'test/architecture/fixtures/lint';
    const expected = complaintsExpectedIn(fixtures);
    expect(Object.values(expected).flat().length).toBeGreaterThan(0);
    expect(complaintsIn(fixtures)).toEqual(
      Object.fromEntries(
        Object.entries(expected).map(([file, complaints]) => [
          file,
          complaints.map((complaint) => complaint.replace('unused directive', UNUSED)),
        ]),
      ),
    );
  });

  it('let each kind of file grow to its size, and no further', () => {
    const sizes = {
      'src/modules/payouts/domain/payout.ts': 150,
      'src/modules/payouts/application/create-payout.ts': 80,
      'src/modules/payouts/http/payouts.controller.ts': 120,
      'src/modules/payouts/infrastructure/payout-store.ts': 250,
      'src/platform/outbox/outbox.ts': 250,
    };
    for (const [file, rules] of Object.entries(rulesFor(Object.keys(sizes)))) {
      expect(rules).toMatchObject({
        'bahi/max-code-lines': [2, { max: sizes[file as keyof typeof sizes] }],
        'max-lines-per-function': [2, { max: 50 }],
      });
    }
    const specs = ['src/modules/payouts/domain/payout.spec.ts', 'test/integration/outbox.spec.ts'];
    for (const rules of Object.values(rulesFor(specs))) expect(rules).toMatchObject({ 'max-lines': [2, 800] });
  });

  it('let no flow test take an answer without holding it against the OpenAPI document', () => {
    const [rules] = Object.values(rulesFor(['test/flows/payouts.spec.ts']));
    expect(rules).toMatchObject({ 'no-restricted-globals': [2, { name: 'fetch' }] });
  });
});

/** ESLint reports a directive that disables nothing without naming a rule. */
const UNUSED = "Unused eslint-disable directive (no problems were reported from 'eqeqeq').";

/**
 * The rules for files, which need not exist. In another process, because ESLint and TypeScript take seconds in Jest's
 * sandbox.
 */
function rulesFor(files: string[]): Record<string, Record<string, unknown>> {
  const script = `
    import { ESLint } from 'eslint';
    const eslint = new ESLint();
    const configs = await Promise.all(process.argv.slice(1).map((file) => eslint.calculateConfigForFile(file)));
    console.log(JSON.stringify(configs.map(({ rules }) => rules)));`;
  const output = execFileSync('node', ['--input-type=module', '--eval', script, '--', ...files], { encoding: 'utf8' });
  const rules = JSON.parse(output) as Record<string, unknown>[];
  return Object.fromEntries(files.map((file, index) => [file, rules[index]!]));
}
