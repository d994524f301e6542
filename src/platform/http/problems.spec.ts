import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../shared/domain-error.js';
import { isProblemCode, PROBLEM_CODES, problemOf, PROBLEMS } from './problems.js';

class InsufficientFunds extends DomainError {
  readonly code = 'insufficient_funds';
}

/** Every class in the sources that is a refusal, with the code that it is written with. */
function refusalsInSources(): { name: string; code: string | undefined; file: string }[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => join('src', file));
  return files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(/class (\w+) extends DomainError \{([\s\S]*?)\n\}/g)].map(([, name = '', body = '']) => ({
      name,
      code: /\bcode(?:: string)? = ['"](\w+)['"]/.exec(body)?.[1],
      file,
    }));
  });
}

describe('the table of problems', () => {
  it('has a row for every refusal in the sources', () => {
    const refusals = refusalsInSources().filter(({ name }) => name !== 'ProtocolError'); // Its codes are typed.
    expect(refusals.length).toBeGreaterThan(10);
    expect(refusals.filter(({ code }) => code === undefined || !isProblemCode(code))).toEqual([]);
  });

  it.each(PROBLEM_CODES)('says of %s what it means and what to do, in sentences', (code) => {
    const { status, title, meaning, remedy } = PROBLEMS[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  });

  it('knows nothing that every object has', () => {
    expect(isProblemCode('constructor')).toBe(false);
    expect(isProblemCode('__proto__')).toBe(false);
  });
});

describe('a problem document', () => {
  it('is the same bytes for the same refusal, so that it can be recorded and replayed', () => {
    const refusal = new InsufficientFunds('₹60.00 is more than ₹40.00.', { available_paise: 4_000n });
    expect(problemOf(refusal, 'r-1')).toEqual({
      status: 422,
      contentType: 'application/problem+json',
      body: '{"type":"/problems/insufficient_funds","title":"The available balance is too small","status":422,"detail":"₹60.00 is more than ₹40.00.","code":"insufficient_funds","request_id":"r-1","available_paise":4000}',
    });
  });

  it('does not let an extension replace what the document is about', () => {
    const refusal = new InsufficientFunds('No.', { status: 200, type: 'x', request_id: 'y', code: 'z' });
    expect(JSON.parse(problemOf(refusal, 'r-1').body)).toMatchObject({
      status: 422,
      request_id: 'r-1',
      code: 'insufficient_funds',
    });
  });

  it.each([
    new Error('password=hunter2'),
    'hunter2',
    null,
    undefined,
    { code: 'insufficient_funds', message: 'hunter2' },
  ])('tells nothing of an error that is no refusal (%p)', (error) => {
    const { status, body } = problemOf(error, 'r-1');
    expect(status).toBe(500);
    expect(JSON.parse(body).code).toBe('internal_error');
    expect(body).not.toContain('hunter2');
  });

  it('takes a refusal without a row for an error of ours', () => {
    class Forgotten extends DomainError {
      readonly code = 'toString';
    }
    expect(problemOf(new Forgotten('secret'), 'r-1')).toMatchObject({
      status: 500,
      body: expect.not.stringContaining('secret'),
    });
  });

  it('refuses to round an amount', () => {
    const refusal = new InsufficientFunds('No.', { available_paise: 2n ** 53n });
    expect(() => problemOf(refusal, 'r-1')).toThrow('fits a JSON number');
  });
});
