import { describe, expect, it } from 'vitest';
import { ProblemError } from '../api/problem.ts';
import { refusalsOf } from './form-problem.ts';

describe('a refusal in a form', () => {
  it('stands at the fields that it names, as the service says it', () => {
    const errors = [{ pointer: '#/ifsc', detail: 'Eleven characters.' }];
    expect(refusalsOf(new ProblemError(400, 'validation_failed', 'No.', 'r1', errors))).toEqual({
      ifsc: 'Eleven characters.',
    });
  });

  it('that is about one field stands there in the reader’s words, where there are some', () => {
    const codes = { duplicate_reference: 'reference_id', limit_exceeded: 'amount' };
    const titles = { duplicate_reference: 'यह संदर्भ पहले आ चुका है' };
    const refusal = (code: 'duplicate_reference' | 'limit_exceeded'): Record<string, string> =>
      refusalsOf(new ProblemError(409, code, 'Another payout carries this reference_id.', 'r1'), codes, titles);
    expect(refusal('duplicate_reference')).toEqual({ reference_id: titles.duplicate_reference });
    expect(refusal('limit_exceeded')).toEqual({ amount: 'Another payout carries this reference_id.' });
  });

  it('is none where there was no answer', () => {
    expect(refusalsOf(null)).toEqual({});
  });
});
