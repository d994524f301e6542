import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DomainError, type Refusal } from '../shared/domain-error.js';
import type { Problem } from '../shared/problem.js';
import { Problems } from '../platform/http/problems/problems.js';
import { ProtocolError } from '../platform/http/problems/refusals.js';
import { REFUSALS } from './refusals.js';

const problems = new Problems(REFUSALS);

type RefusalClass = Refusal & { readonly name: string; readonly prototype: unknown };

/** Every class in the sources that is a refusal. */
async function refusalsInSources(): Promise<RefusalClass[]> {
  const declared = /^(?:export )?class (\w+) extends (?:DomainError\b|\w*Refusal\b|refusalWith\()/gm;
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => join('src', file));
  const classes = files.map(async (file) => {
    const names = [...readFileSync(file, 'utf8').matchAll(declared)].map(([, name]) => name!);
    if (names.length === 0) return [];
    const module = (await import(`./${relative('src/main', file).replace(/\.ts$/, '.js')}`)) as Record<string, unknown>;
    return names.map((name) => module[name] as RefusalClass);
  });
  return (await Promise.all(classes)).flat();
}

describe('the refusals of all modules', () => {
  it('are found in the sources, are exported, and each has a problem', async () => {
    const refusals = await refusalsInSources();
    expect(refusals.length).toBeGreaterThan(25);
    for (const { prototype } of refusals) expect(prototype).toBeInstanceOf(DomainError);
  });

  it('are registered, each code with the one problem that explains it', async () => {
    const refusals = (await refusalsInSources()).filter((refusal) => refusal !== (ProtocolError as Refusal));
    const strangers = refusals.filter(
      ({ problem }) => (problem as Problem | undefined) === undefined || problems.find(problem.code) !== problem,
    );
    expect(strangers.map(({ name }) => name)).toEqual([]);
  });

  it.each(problems.all)('explain $code and its remedy in sentences', (problem) => {
    expect(problem.status).toBeGreaterThanOrEqual(400);
    expect(problem.title).toMatch(/^[A-Z].*[^.]$/);
    expect(problem.meaning).toMatch(/^[A-Z].*\.$/);
    expect(problem.remedy).toMatch(/^[A-Z].*\.$/);
  });

  it.each([
    ['insufficient_funds', true],
    ['bank_account_inactive', true],
    ['bank_account_unknown', true],
    ['mode_not_supported', true],
    ['duplicate_reference', true],
    ['purpose_code_required', true],
    ['currency_not_supported', true],
    ['limit_exceeded', true],
    ['refund_exceeds_payment', true],
    ['amount_too_large', false],
    ['validation_failed', false],
    ['unauthenticated', false],
    ['forbidden', false],
    ['merchant_inactive', false],
    ['not_found', false],
    ['idempotency_key_reused', false],
    ['idempotency_key_missing', false],
    ['invalid_transition', false],
    ['bank_has_it', false],
    ['outcome_unknown', false],
    ['rate_limited', false],
    ['internal_error', false],
    ['overloaded', false],
  ])('of code %s is remembered by its key: %s', (code, remembered) => {
    expect(problems.find(code)?.remembered === true).toBe(remembered);
  });

  it('and nothing else are remembered', () => {
    const remembered = problems.all.filter((problem) => problem.remembered === true);
    expect(remembered).toHaveLength(9);
  });
});
