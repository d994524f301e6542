import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../api/problem.ts';
import { problems as english } from '../text/en/problems.ts';
import { PROBLEM_DETAILS } from '../text/hi/problem-details.ts';
import { problems as hindi } from '../text/hi/problems.ts';
import { refusalsOf } from './form-problem.ts';

describe('a refusal in a form', () => {
  const wrong = [
    { pointer: '#/amount_paise', detail: 'amount_paise must be a whole number from 1 to 9, as a JSON number.' },
  ];
  const invalid = new ProblemError(400, 'validation_failed', 'No.', 'r1', wrong);
  const codes = { duplicate_reference: 'reference_id', too_many_open_refunds: 'amount' };
  const refusal = (code: keyof typeof codes): ProblemError => new ProblemError(409, code, 'Taken.', 'r1');

  it('stands at the fields that it names, as the service says it, or in Hindi', () => {
    expect(refusalsOf(invalid, english)).toEqual({ amount_paise: wrong[0]!.detail });
    expect(refusalsOf(invalid, hindi)).toEqual({ amount_paise: '1 से 9 तक पूरी संख्या हो।' });
  });

  it('that is about one field stands there in the reader’s language, where there is a text', () => {
    expect(refusalsOf(refusal('duplicate_reference'), english, codes)).toEqual({
      reference_id: english.titles.duplicate_reference,
    });
    expect(refusalsOf(refusal('too_many_open_refunds'), english, codes)).toEqual({ amount: 'Taken.' });
    expect(refusalsOf(refusal('too_many_open_refunds'), hindi, codes)).toEqual({
      amount: PROBLEM_DETAILS['too_many_open_refunds'],
    });
  });

  it('is none where there was no answer', () => {
    expect(refusalsOf(null, english)).toEqual({});
  });
});

describe('what is wrong with a field, in Hindi', () => {
  it.each([
    ['name is required.', 'यह चाहिए।'],
    [
      'name must be text of 1 to 120 characters, without control or invisible characters.',
      '1 से 120 अक्षर हों, और मान्य अक्षर ही।',
    ],
    ['utr must be text of 1 to 30 characters (capital letters and digits).', '1 से 30 बड़े अंग्रेज़ी अक्षर या अंक हों।'],
    ['mode must be one of IMPS, NEFT.', 'इनमें से एक हो: IMPS, NEFT।'],
    ['The body must be a JSON object.', 'The body must be a JSON object.'],
  ])('%s', (detail, expected) => {
    expect(hindi.fieldDetail(detail)).toBe(expected);
  });
});

describe('the text of a problem', () => {
  const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
    components: { schemas: { Problem: { properties: { code: { enum: string[] } } } } };
  };
  const codes = document.components.schemas.Problem.properties.code.enum;

  it('explain every code of the API in Hindi, and no other', () => {
    expect(Object.keys(PROBLEM_DETAILS).sort()).toEqual([...codes].sort());
    expect(hindi.detail('not_found', 'No such payout.')).not.toMatch(/[a-z]{3}/);
    expect(hindi.detail('new_code', 'As the service says it.')).toBe('As the service says it.');
  });

  it('name codes that there are', () => {
    expect(Object.keys(english.titles).filter((code) => !codes.includes(code))).toEqual([]);
  });
});
