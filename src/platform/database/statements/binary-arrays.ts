import { GrowingBuffer } from './growing-buffer.js';

/**
 * Lists as PostgreSQL's binary arrays.
 *
 * The driver writes a list as text, `{"a","b"}`, quoted and escaped element by element, and the server parses that
 * back: with seventy elements for each payout it was a fifth of the write path's time, on both sides. A statement's
 * casts (`$1::uuid[]`) give the types of its lists. A list of another type, or with an element that is not of its type,
 * is encoded by the driver, and the server reports what is wrong with it.
 */
export function withBinaryArrays(statement: string, values: readonly unknown[]): unknown[] {
  const types = typesIn(statement);
  return values.map((value, i) => {
    const type = types[i];
    return type !== undefined && Array.isArray(value) ? (arrayOf(type, value) ?? value) : value;
  });
}

interface ElementType {
  /** The type's number in `pg_type`, which is the same on every server. */
  readonly oid: number;
  /**
   * Writes what the type's `recv` function reads (src/backend/utils/adt in PostgreSQL's source). False: it does not
   * fit.
   */
  readonly write: (out: GrowingBuffer, element: unknown) => boolean;
}

const ELEMENT_TYPES: Readonly<Record<string, ElementType>> = {
  boolean: { oid: 16, write: (out, element) => typeof element === 'boolean' && out.byte(element ? 1 : 0) },
  bytea: { oid: 17, write: (out, element) => element instanceof Uint8Array && out.bytes(element) },
  bigint: { oid: 20, write: (out, element) => writeBigint(out, element) },
  smallint: { oid: 21, write: (out, element) => isInteger(element, 0x7fff) && out.int16(element) },
  integer: { oid: 23, write: (out, element) => isInteger(element, 0x7fffffff) && out.int32(element) },
  text: { oid: 25, write: (out, element) => typeof element === 'string' && out.text(element) },
  timestamptz: { oid: 1184, write: (out, element) => writeTime(out, element) },
  uuid: { oid: 2950, write: (out, element) => typeof element === 'string' && writeUuid(out, element) },
  jsonb: { oid: 3802, write: (out, element) => writeJson(out, element) },
};

const typesByStatement = new Map<string, readonly (ElementType | undefined)[]>();

/** The element types of a statement's list parameters, worked out once per text. */
function typesIn(statement: string): readonly (ElementType | undefined)[] {
  const known = typesByStatement.get(statement);
  if (known !== undefined) return known;
  const types: (ElementType | undefined)[] = [];
  for (const [, number, name] of statement.matchAll(/\$(\d+)::([a-z]+)\[\]/g))
    types[Number(number) - 1] = ELEMENT_TYPES[name!];
  typesByStatement.set(statement, types);
  return types;
}

/** Used for one list at a time; the list is then copied out of it. */
const scratch = new GrowingBuffer();

/** What `array_recv` reads (src/backend/utils/adt/arrayfuncs.c); null when an element does not fit. */
function arrayOf({ oid, write }: ElementType, elements: readonly unknown[]): Buffer | null {
  const out = scratch;
  out.clear();
  out.int32(elements.length === 0 ? 0 : 1); // dimensions
  out.int32(1); // there may be nulls
  out.int32(oid);
  if (elements.length > 0) {
    out.int32(elements.length);
    out.int32(1); // number of the first element
  }
  for (const element of elements) {
    if (element === null || element === undefined) {
      out.int32(-1);
      continue;
    }
    const start = out.reserve(4);
    if (!write(out, element)) return null;
    out.int32At(start, out.length - start - 4);
  }
  return out.copy();
}

function isInteger(element: unknown, max: number): element is number {
  return typeof element === 'number' && Number.isInteger(element) && Math.abs(element) <= max;
}

function writeBigint(out: GrowingBuffer, element: unknown): boolean {
  const number = typeof element === 'bigint' ? Number(element) : element;
  return isInteger(number, Number.MAX_SAFE_INTEGER) && out.int64(number);
}

/** 1 January 2000, from which PostgreSQL counts microseconds. */
const EPOCH_MS = 946_684_800_000;

function writeTime(out: GrowingBuffer, element: unknown): boolean {
  const microseconds = element instanceof Date ? (element.getTime() - EPOCH_MS) * 1000 : NaN;
  return isInteger(microseconds, Number.MAX_SAFE_INTEGER) && out.int64(microseconds);
}

/** A string is taken to be JSON text already. */
function writeJson(out: GrowingBuffer, element: unknown): boolean {
  out.byte(1); // version of the format
  return out.text(typeof element === 'string' ? element : JSON.stringify(element));
}

function writeUuid(out: GrowingBuffer, text: string): boolean {
  return (
    text.length === 36 &&
    out.hex(text, 0, 8) &&
    out.hex(text, 9, 13) &&
    out.hex(text, 14, 18) &&
    out.hex(text, 19, 23) &&
    out.hex(text, 24, 36)
  );
}
