import { applyDecorators } from '@nestjs/common';
import { IsOptional, ValidateBy, ValidateNested } from './class-validator.js';
import { ApiProperty } from '../documentation/openapi-decorators.js';
import { isUuid, parseUuid } from '../../../shared/ids.js';
import { isLine, isVisible } from '../../../shared/text.js';
import { nestField, readField, type RequestClass } from './request-shape.js';

export interface FieldOptions {
  /** Absent and null mean the same: not given. */
  readonly optional?: boolean;
  /**
   * Null has a meaning of its own, which the description says. The field is also optional, unless `optional` is false.
   */
  readonly nullable?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

/** From ₹1, below which a bank charges more than the amount, to ₹10,000 crore, which no payout reaches. */
export const MIN_AMOUNT_PAISE = 100;
export const MAX_AMOUNT_PAISE = 10_000_000_000_000;

/**
 * One line of text: well-formed Unicode without control characters, not blank, `min` to `max` characters (code points).
 * PostgreSQL refuses U+0000 and lone surrogates, and a line break in a recipient's name breaks the bank's file formats.
 * `only` allows only some characters; `means` names them in the message ("letters, digits and spaces"). `names`: the
 * text is a name or a reference, and may have no invisible characters, so that two texts that look alike are the same.
 */
export function Text(
  options: FieldOptions & { min?: number; max: number; only?: RegExp; means?: string; names?: boolean },
): PropertyDecorator {
  const { min = 1, max, only, means, names = false } = options;
  const length = min === max ? `${max}` : `${min} to ${max}`;
  return field(
    options,
    { type: String, minLength: min, maxLength: max, pattern: only?.source },
    {
      name: 'text',
      message: `must be text of ${length} characters${means ? ` (${means})` : `, without control${names ? ' or invisible' : ''} characters`}`,
      accepts: (value) =>
        typeof value === 'string' &&
        hasLength(value, min, max) &&
        isLine(value) &&
        (!names || isVisible(value)) &&
        (only?.test(value) ?? true),
    },
  );
}

function hasLength(text: string, min: number, max: number): boolean {
  // A character takes one or two units; characters need to be counted only between these bounds.
  if (text.length < min || text.length > 2 * max) return false;
  const count = Array.from(text).length;
  return count >= min && count <= max;
}

/** An amount of money in whole paise: a JSON number that denotes an integer (`1e3` does). */
export function AmountPaise(options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: 'integer', format: 'int64', minimum: MIN_AMOUNT_PAISE, maximum: MAX_AMOUNT_PAISE, example: 50_000 },
    {
      name: 'amountPaise',
      message: `must be a whole number of paise from ${MIN_AMOUNT_PAISE} to ${MAX_AMOUNT_PAISE}, as a JSON number`,
      accepts: (value) => isIntegerFrom(value, MIN_AMOUNT_PAISE, MAX_AMOUNT_PAISE),
    },
  );
}

/** A whole number in a body: a JSON number that denotes an integer. */
export function Integer(options: FieldOptions & { min: number; max: number }): PropertyDecorator {
  const { min, max } = options;
  return field(
    options,
    { type: 'integer', minimum: min, maximum: max },
    {
      name: 'integer',
      message: `must be a whole number from ${min} to ${max}, as a JSON number`,
      accepts: (value) => isIntegerFrom(value, min, max),
    },
  );
}

/** A UUID in a body or a query, handed on in its canonical form. */
export function Uuid(options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: String, format: 'uuid' },
    {
      name: 'uuid',
      message: 'must be a UUID',
      read: (value) => (typeof value === 'string' ? (parseUuid(value) ?? value) : value),
      accepts: (value) => typeof value === 'string' && isUuid(value),
    },
  );
}

/** One of some values. */
export function OneOf(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: String, enum: [...values] },
    {
      name: 'oneOf',
      message: values.length === 1 ? `must be "${values[0]}"` : `must be one of ${values.join(', ')}`,
      accepts: (value) => typeof value === 'string' && values.includes(value),
    },
  );
}

/** A list with some of these values, each at most once, and not empty. */
export function SomeOf(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: 'array', items: { type: 'string', enum: [...values] }, minItems: 1, uniqueItems: true },
    {
      name: 'someOf',
      message: `must be a list of some of ${values.join(', ')}, each of them at most once`,
      accepts: (value) =>
        Array.isArray(value) &&
        value.length > 0 &&
        new Set(value).size === value.length &&
        value.every((item) => typeof item === 'string' && values.includes(item)),
    },
  );
}

/** `true` or `false` in a body; neither 1 nor "true". */
export function Flag(options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: Boolean },
    {
      name: 'flag',
      message: 'must be true or false',
      accepts: (value) => typeof value === 'boolean',
    },
  );
}

/** An object of another DTO class; its errors point into it (`#/split/amount_paise`). */
export function Nested(type: () => RequestClass, options: FieldOptions = {}): PropertyDecorator {
  const rule = {
    name: 'nested',
    message: 'must be an object',
    accepts: (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value),
  };
  return applyDecorators(field(options, { type: () => type() }, rule), ValidateNested(), nestField(type));
}

/** A list of objects of another DTO class, at most `max`; errors point to its place in it (`#/rules/0/gateway`). */
export function ListOf(type: () => RequestClass, options: FieldOptions & { max: number }): PropertyDecorator {
  const { max } = options;
  const rule = {
    name: 'listOf',
    message: `must be a list of at most ${max} objects`,
    accepts: (value: unknown) =>
      Array.isArray(value) &&
      value.length <= max &&
      value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item)),
  };
  const schema = { type: () => [type()], maxItems: max };
  return applyDecorators(field(options, schema, rule), ValidateNested(), nestField(type, { isList: true }));
}

/** `true` or `false` in a query, handed on as a boolean. */
export function QueryFlag(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { optional: true, ...options },
    { type: Boolean },
    {
      name: 'queryFlag',
      message: 'must be true or false',
      read: (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
      accepts: (value) => typeof value === 'boolean',
    },
  );
}

/** A whole number in a query, by pattern: `1e1`, `0x10`, `+5` and ` 5` are not accepted. */
export function QueryInteger(options: FieldOptions & { min: number; max: number }): PropertyDecorator {
  const { min, max } = options;
  return field(
    { optional: true, ...options },
    { type: 'integer', minimum: min, maximum: max },
    {
      name: 'queryInteger',
      message: `must be a whole number from ${min} to ${max}`,
      read: (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value),
      accepts: (value) => isIntegerFrom(value, min, max),
    },
  );
}

function isIntegerFrom(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

/**
 * For the lower end of a range, above the field's own decorator: a range that ends before it begins contains nothing,
 * and an empty answer would look like a true one.
 * @param upper the field with the other end
 * @param than "after" it, or "above" it
 */
export function NotBeyond(upper: string, than: 'after' | 'above'): PropertyDecorator {
  const remedy = 'exchange the two, or leave one out';
  return ValidateBy({
    name: 'notBeyond',
    validator: {
      validate: (lower: unknown, asked) => isInOrder(lower, (asked!.object as Record<string, unknown>)[upper]),
      defaultMessage: () => `$property must not be ${than} ${upper}: ${remedy}.`,
    },
  });
}

/** What is no number and no time is refused by its own rule. */
function isInOrder(lower: unknown, upper: unknown): boolean {
  if (lower instanceof Date && upper instanceof Date) return lower <= upper;
  return typeof lower !== 'number' || typeof upper !== 'number' || lower <= upper;
}

interface Rule {
  readonly name: string;
  /** Completes "<field> …". */
  readonly message: string;
  readonly read?: (value: unknown) => unknown;
  readonly accepts: (value: unknown) => boolean;
}

/** A field of a DTO: its rule, and its place in the OpenAPI document. */
export function field(
  options: FieldOptions,
  schema: object,
  { name, message, read, accepts }: Rule,
): PropertyDecorator {
  const { nullable = false, optional = nullable, description, example } = options;
  const documented = {
    ...schema,
    ...(nullable ? { nullable } : {}),
    required: !optional,
    description,
    ...(example === undefined ? {} : { example }),
  };
  const validate = (value: unknown): boolean => (nullable && value === null) || accepts(value);
  return applyDecorators(
    ValidateBy({ name, validator: { validate, defaultMessage: () => `$property ${message}.` } }),
    ApiProperty(documented),
    ...(optional ? [IsOptional()] : []),
    ...(read === undefined ? [] : [readField(read)]),
  );
}
