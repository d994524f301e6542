import 'reflect-metadata';
import type { ValidationError } from 'class-validator';
import { assert } from '../../../shared/assert.js';
import { getMetadataStorage } from './class-validator.js';
import type { FieldError } from '../problems/refusals.js';

/** A DTO class: fields with decorators of class-validator. */
export type RequestClass = abstract new () => object;

/** One declared field of a DTO. */
interface Field {
  /**
   * Converts what the caller sent to what is validated and passed on: text to a number, a UUID to its canonical form.
   */
  readonly read: ((value: unknown) => unknown) | undefined;
  /** The class of a nested object, or of each object in a list. */
  readonly nested: Shape | undefined;
  readonly isList: boolean;
}

export interface Shape {
  readonly type: new () => object;
  readonly fields: ReadonlyMap<string, Field>;
}

const READ = Symbol('read');
const NESTED = Symbol('nested');
const LIST = Symbol('list of nested');

/** For decorators of fields: `read` is applied before the field is validated. Must not throw. */
export function readField(read: (value: unknown) => unknown): PropertyDecorator {
  return (prototype, property) => Reflect.defineMetadata(READ, read, prototype, property);
}

/** For decorators of fields: the field holds an object of this class. */
export function nestField(type: () => RequestClass, { isList = false } = {}): PropertyDecorator {
  return (prototype, property) => {
    Reflect.defineMetadata(NESTED, type, prototype, property);
    Reflect.defineMetadata(LIST, isList, prototype, property);
  };
}

const shapes = new WeakMap<RequestClass, Shape>();

/** The declared fields of a DTO, worked out once per class. */
export function shapeOf(type: RequestClass): Shape {
  let shape = shapes.get(type);
  if (shape === undefined) {
    shape = { type: type as new () => object, fields: fieldsOf(type) };
    shapes.set(type, shape);
  }
  return shape;
}

function fieldsOf(type: RequestClass): ReadonlyMap<string, Field> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  // A class that came in by `import type` is `Object` at run time, and would let everything through.
  assert(rules.length > 0, `${type.name} is a class with validated fields, imported as a value`);
  return new Map(rules.map(({ propertyName }) => [propertyName, fieldOf(type.prototype as object, propertyName)]));
}

function fieldOf(prototype: object, property: string): Field {
  const nested = Reflect.getMetadata(NESTED, prototype, property) as (() => RequestClass) | undefined;
  const read = Reflect.getMetadata(READ, prototype, property) as Field['read'];
  const isList = Reflect.getMetadata(LIST, prototype, property) === true;
  return { read, nested: nested === undefined ? undefined : shapeOf(nested()), isList };
}

/**
 * An instance of the DTO with the declared fields of `source`. Fields that are not declared become errors and are not
 * copied, so no name that a caller invents (`constructor`, `__proto__`) reaches class-validator.
 */
export function instanceOf(shape: Shape, source: object, pointer: string, errors: FieldError[]): object {
  const instance = new shape.type() as Record<string, unknown>;
  for (const [name, value] of Object.entries(source)) {
    const field = shape.fields.get(name);
    if (field === undefined) errors.push(unknownField(name, pointer));
    else if (field.nested !== undefined && field.isList && Array.isArray(value))
      instance[name] = itemsOf(field.nested, value, `${pointer}/${name}`, errors);
    else if (field.nested !== undefined && isObject(value))
      instance[name] = instanceOf(field.nested, value, `${pointer}/${name}`, errors);
    // The field's rule refuses a list; its items are not looked at.
    else if (field.nested !== undefined && Array.isArray(value)) instance[name] = [];
    else instance[name] = field.read === undefined ? value : field.read(value);
  }
  return instance;
}

/** An item that is no object is left as it is, for the field's rule to refuse. */
function itemsOf(shape: Shape, items: readonly unknown[], pointer: string, errors: FieldError[]): unknown[] {
  return items.map((item, i) => (isObject(item) ? instanceOf(shape, item, `${pointer}/${i}`, errors) : item));
}

/** @returns an error for each name that is not among these, up to {@link MAX_ERRORS} */
export function unknownFields(source: object, names: ReadonlySet<string>, pointer: string): FieldError[] {
  const unknown = Object.keys(source).filter((name) => !names.has(name));
  return unknown.slice(0, MAX_ERRORS).map((name) => unknownField(name, pointer));
}

function unknownField(name: string, pointer: string): FieldError {
  return { pointer: `${pointer}/${pointerToken(name)}`, detail: `${clip(name)} is not a known field.` };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What class-validator found, as one sentence per field. */
export function fieldErrorsOf(found: readonly ValidationError[], pointer: string): FieldError[] {
  return found.flatMap(({ property, value, constraints, children }) => {
    const here = `${pointer}/${pointerToken(property)}`;
    const nested = fieldErrorsOf(children ?? [], here);
    if (constraints === undefined) return nested;
    if (value === undefined) return [{ pointer: here, detail: `${property} is required.` }];
    // Decorators run from the bottom up, so the last message is that of the decorator on top: the plainest one.
    const message = Object.values(constraints).at(-1)!;
    return [{ pointer: here, detail: /[.!?]$/.test(message) ? message : `${message}.` }, ...nested];
  });
}

/** More than this helps nobody, and a body of 100 kB could name ten thousand unknown fields. */
export const MAX_ERRORS = 50;

/** Longer names are cut in answers: what a caller sends should not come back at full length. */
const SHOWN_LENGTH = 64;

const clip = (name: string): string => (name.length > SHOWN_LENGTH ? `${name.slice(0, SHOWN_LENGTH)}…` : name);

/** A name as part of a JSON pointer in a URI fragment (RFC 6901 §3, §6). */
export function pointerToken(name: string): string {
  const escaped = clip(name).replaceAll('~', '~0').replaceAll('/', '~1');
  // A lone surrogate has no UTF-8 form, and encodeURIComponent throws on it.
  return encodeURIComponent(escaped.replace(/\p{Surrogate}/gu, '\ufffd'));
}
