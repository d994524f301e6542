import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { assert } from '../../../shared/assert.js';
import { validator } from './class-validator.js';
import { type FieldError, ProtocolError, ValidationFailed } from '../problems/refusals.js';
import { fieldErrorsOf, instanceOf, MAX_ERRORS, type RequestClass, type Shape, shapeOf } from './request-shape.js';

/**
 * Validates every body and query by the DTO class of its parameter: only declared fields, no conversion.
 *
 * Nest's own ValidationPipe does the same through class-transformer, at twice the cost, and with conversions and
 * messages of its own. This pipe applies to all endpoints, so that none can forget it: a parameter without a DTO class
 * is refused.
 */
@Injectable()
export class RequestPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type === 'body') return requestOf(shapeFor(metatype), objectIn(value, metatype), '#');
    if (type === 'query') return requestOf(shapeFor(metatype), givenOnce(value), '#/query');
    return value;
  }
}

function shapeFor(metatype: ArgumentMetadata['metatype']): Shape {
  assert(typeof metatype === 'function', 'a parameter with @Body() or @Query() has a DTO class as its type');
  return shapeOf(metatype as RequestClass);
}

/** A body that may be left out is marked in its class: `static readonly mayBeLeftOut = true`. */
function objectIn(body: unknown, type: ArgumentMetadata['metatype']): object {
  if (body === undefined && type !== undefined && 'mayBeLeftOut' in type) return {};
  if (body === undefined) throw new ProtocolError('malformed_json', 'The body is empty. Send a JSON object.');
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new ValidationFailed([{ pointer: '#', detail: 'The body must be a JSON object.' }]);
}

/** Requires each name once in a query: which of two values is meant cannot be known, and proxies disagree about it. */
function givenOnce(query: unknown): object {
  const twice = Object.entries(query as object).filter(([, value]) => Array.isArray(value));
  failOn(twice.map(([name]) => ({ pointer: `#/query/${encodeURIComponent(name)}`, detail: `${name} is sent twice.` })));
  return query as object;
}

function requestOf(shape: Shape, source: object, pointer: string): object {
  const errors: FieldError[] = [];
  const instance = instanceOf(shape, source, pointer, errors);
  const found = validator.validateSync(instance, { forbidUnknownValues: false, validationError: { target: false } });
  if (found.length > 0) errors.push(...fieldErrorsOf(found, pointer));
  failOn(errors);
  return instance;
}

function failOn(errors: FieldError[]): void {
  const [first, ...rest] = errors;
  if (first !== undefined) throw new ValidationFailed([first, ...rest.slice(0, MAX_ERRORS - 1)]);
}
