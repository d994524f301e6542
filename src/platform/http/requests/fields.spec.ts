import { describe, expect, it } from '@jest/globals';
import { IsEmail } from 'class-validator';
import fc from 'fast-check';
import { AmountPaise, Flag, Nested, QueryFlag, QueryInteger, Text, Uuid } from './fields.js';
import { QueryTime } from './time-fields.js';
import { RequestPipe } from './request-pipe.js';

class Limits {
  @AmountPaise() daily_paise!: number;
}

class Body {
  @Text({ min: 2, max: 5, optional: true }) text?: string;
  @Text({ min: 2, max: 5, optional: true, names: true }) name?: string;
  @Text({ min: 3, max: 3, optional: true }) exact?: string;
  @AmountPaise({ optional: true }) amount_paise?: number;
  @Uuid({ optional: true }) id?: string;
  @Flag({ optional: true }) is_active?: boolean;
  @Nested(() => Limits, { optional: true }) limits?: Limits;
  @Text({ max: 100, optional: true })
  @IsEmail({}, { message: 'email must be an e-mail address' })
  email?: string;
}

class Query {
  @QueryInteger({ min: 0, max: 100 }) count?: number;
  @QueryFlag() flag?: boolean;
  @QueryTime() from?: Date;
  @Text({ max: 20, optional: true }) reference?: string;
}

const pipe = new RequestPipe();
const body = (value: unknown): Body => pipe.transform(value, { type: 'body', metatype: Body }) as Body;
const query = (value: unknown): Query => pipe.transform(value, { type: 'query', metatype: Query }) as Query;
const refused = (pointer: string) =>
  expect.objectContaining({
    code: 'validation_failed',
    extensions: { errors: [expect.objectContaining({ pointer })] },
  });

describe('a text', () => {
  it('is measured in characters, as the database measures it', () => {
    expect(body({ text: '🙏🙏🙏🙏🙏' }).text).toBe('🙏🙏🙏🙏🙏');
    expect(() => body({ text: '🙏🙏🙏🙏🙏🙏' })).toThrow(refused('#/text'));
    expect(() => body({ text: '🙏' })).toThrow(refused('#/text'));
    expect(() => body({ exact: 'ab' })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('of 3 characters') }),
    );
  });

  it.each([
    ['a virama of Devanagari', 'क्\u200dष'],
    ['a virama, before a blank', 'क्\u200c '],
    ['a letter of Bengali', 'র\u200d্য'],
    ['a vowel sign of Malayalam', 'കാ\u200cമ'],
    ['a virama of Tamil', 'க்\u200cஷ'],
    ['a letter of Urdu', 'بے\u200cگھ'],
    ['a vowel sign of Urdu', 'بَ\u200cگ'],
  ])('may have a joiner behind %s', (_what, name) => expect(body({ name }).name).toBe(name));

  it.each([
    ['a joiner behind a Latin letter', 'a\u200db'],
    ['a joiner at the beginning', '\u200cक'],
    ['two joiners', 'क्\u200d\u200dष'],
    ['a joiner behind a digit of Devanagari', '१\u200dक'],
    ['an override of the direction', 'a\u202eb'],
    ['a mark of the direction', 'a\u200fb'],
    ['an Arabic letter mark', 'a\u061cb'],
    ['an isolate', 'a\u2066b'],
    ['a space without width', 'a\u200bb'],
    ['a word joiner', 'a\u2060b'],
    ['a byte order mark', '\ufeffab'],
    ['a soft hyphen', 'a\u00adb'],
    ['a filler of Hangul', 'a\u3164b'],
    ['a tag', 'ab\u{E0041}'],
    ['a variant of a digit', 'a1\ufe0f'],
    ['a line separator', 'a\u2028b'],
    ['a blank of Braille', '\u2800\u2800'],
    ['an annotation', 'a\ufff9b'],
  ])('has nothing invisible where it is a name: %s', (_what, name) => {
    expect(() => body({ name })).toThrow(refused('#/name'));
    expect(body({ text: name }).text).toBe(name);
    expect(query({ reference: name }).reference).toBe(name);
  });

  it('may have emoji where it is a name', () => expect(body({ name: 'a❤\ufe0f' }).name).toBe('a❤\ufe0f'));

  it('is one that PostgreSQL takes as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 2, maxLength: 5 }), (text) => {
        let accepted = true;
        try {
          body({ text });
        } catch {
          accepted = false;
        }

        if (accepted)
          expect(/[\u0000-\u001f\u007f-\u009f]/.test(text) || Buffer.from(text).toString() !== text).toBe(false);
      }),
    );
  });

  it.each(['\ud83d!', '!\udc00', '\udc00\ud83d', 'a\u0000', '\t\t', '  ', 'a\u007f', 5, ['ab'], { length: 3 }])(
    'is not %p',
    (text) => {
      expect(() => body({ text })).toThrow(refused('#/text'));
    },
  );
});

describe('an amount', () => {
  it.each([100, 1e3, 10_000_000_000_000])('may be %p', (amount_paise) =>
    expect(body({ amount_paise }).amount_paise).toBe(amount_paise),
  );

  it.each([99, 1e13 + 1, 100.5, NaN, Infinity, -100, '1000', true, [1000], { valueOf: () => 1000 }, 1000n])(
    'is not %p',
    (amount) => {
      expect(() => body({ amount_paise: amount })).toThrow(refused('#/amount_paise'));
    },
  );
});

describe('a field', () => {
  it('that is optional may be left out or null', () => {
    expect(body({ text: null, id: undefined })).toEqual({ text: null, id: undefined });
  });

  it('that is true or false is neither a text nor a number', () => {
    expect(body({ is_active: false }).is_active).toBe(false);
    for (const is_active of ['true', 1, 0, '']) expect(() => body({ is_active })).toThrow(refused('#/is_active'));
  });

  it('may have rules of class-validator in addition to ours', () => {
    expect(() => body({ email: 'nobody' })).toThrow(refused('#/email'));
    expect(body({ email: 'a@b.in' }).email).toBe('a@b.in');
  });

  it('may hold an object of another class, whose errors point into it', () => {
    expect(body({ limits: { daily_paise: 500 } }).limits).toBeInstanceOf(Limits);
    expect(() => body({ limits: {} })).toThrow(refused('#/limits/daily_paise'));
    expect(() => body({ limits: [{ daily_paise: 500 }] })).toThrow(refused('#/limits'));
    expect(() => body({ limits: 5 })).toThrow(refused('#/limits'));
  });
});

describe('a query', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['100', 100],
    ['007', 7],
  ])('reads %p as a number', (count, value) => {
    expect(query({ count }).count).toBe(value);
  });

  it.each(['-0', '1e1', '0x1', '1.0', ' 1', '1 ', '', '٣', '101', '1'.repeat(30)])(
    'does not read %p as a number',
    (count) => {
      expect(() => query({ count })).toThrow(refused('#/query/count'));
    },
  );

  it('reads true and false, in this spelling', () => {
    expect(query({ flag: 'true' }).flag).toBe(true);
    expect(query({ flag: 'false' }).flag).toBe(false);
    expect(() => query({ flag: 'True' })).toThrow(refused('#/query/flag'));
    expect(() => query({ flag: '1' })).toThrow(refused('#/query/flag'));
  });

  it.each([
    ['2026-01-31T23:59:59Z', '2026-01-31T23:59:59.000Z'],
    ['2026-01-31T23:59:59.1239Z', '2026-01-31T23:59:59.123Z'],
    ['2026-02-01T05:29:59+05:30', '2026-01-31T23:59:59.000Z'],
    ['2026-02-01T05:29:59 05:30', '2026-01-31T23:59:59.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('reads %p as a moment', (from, moment) => expect(query({ from }).from?.toISOString()).toBe(moment));

  it.each([
    '2026-01-31',
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-31T25:00:00Z',
    '2026-01-31T23:59:59',
    '1767225600',
    'now',
    '',
  ])('does not read %p as a moment', (from) => expect(() => query({ from })).toThrow(refused('#/query/from')));
});

describe('a parameter without a DTO class', () => {
  it.each([Object, String, Array, undefined])('is never let through (%p)', (metatype) => {
    expect(() => pipe.transform({ a: '1' }, { type: 'body', metatype })).toThrow(
      expect.objectContaining({ name: 'BrokenInvariant' }),
    );
    expect(() => pipe.transform({ a: '1' }, { type: 'query', metatype })).toThrow(
      expect.objectContaining({ name: 'BrokenInvariant' }),
    );
  });
});
