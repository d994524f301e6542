import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../shared/domain-error.js';
import type { Problem } from '../../../shared/problem.js';
import { problemOf, Problems } from './problems.js';

class InsufficientFunds extends DomainError {
  static override readonly problem: Problem = {
    code: 'insufficient_funds',
    status: 422,
    title: 'The available balance is too small',
    meaning: 'The amount is more than `available_paise`.',
    remedy: 'Wait for money to arrive.',
  };
}

describe('the problems', () => {
  const { all } = new Problems([InsufficientFunds]);

  it.each(all)('explain $code and its remedy in sentences', ({ status, title, meaning, remedy }) => {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  });

  it('know nothing that every object has', () => {
    const problems = new Problems([]);
    expect(problems.find('constructor')).toBeNull();
    expect(problems.find('__proto__')).toBeNull();
  });

  it('are registered once for each code; several classes may share one', () => {
    class Another extends DomainError {
      static override readonly problem = InsufficientFunds.problem;
    }
    class Contrary extends DomainError {
      static override readonly problem = { ...InsufficientFunds.problem, title: 'There is not enough' };
    }
    expect(new Problems([InsufficientFunds, Another]).all).toEqual(all);
    expect(() => new Problems([InsufficientFunds, Contrary])).toThrow('insufficient_funds is defined once');
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
  ])('shows nothing of an error that is no refusal (%p)', (error) => {
    const { status, body } = problemOf(error, 'r-1');
    expect(status).toBe(500);
    expect(JSON.parse(body).code).toBe('internal_error');
    expect(body).not.toContain('hunter2');
  });

  it('takes a refusal without a problem for an error of ours', () => {
    class Forgotten extends DomainError {}
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
