import { type FieldError, ValidationFailed } from '../problems/refusals.js';
import { MAX_ERRORS, pointerToken } from './request-shape.js';

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;
const DOT = 46;
const UPPER_E = 69;
const LOWER_E = 101;

/**
 * Refuses what two readers of the same JSON may understand differently (RFC 8259 §4 and §6, RFC 7493 §2): a name that
 * is repeated in one object, and a number that is an integer only because its fraction was too small to be kept. The
 * scan is linear, and costs an ordinary request less than a microsecond; only if it finds something is the text read
 * closely.
 * @param text what `value` was parsed from, so that its syntax is known to be right
 * @throws ValidationFailed
 */
export function assertPlain(text: string, value: unknown): void {
  const { members, hasFraction } = scan(text);
  if (members === countMembers(value) && !hasFraction) return;
  const [first, ...rest] = faultsIn(text);
  if (first !== undefined) throw new ValidationFailed([first, ...rest]);
}

/** Each colon outside a string belongs to one member of an object, as the syntax is known to be right. */
function scan(text: string): { members: number; hasFraction: boolean } {
  let members = 0;
  let hasFraction = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COLON) members++;
    else if (code === DOT || ((code === LOWER_E || code === UPPER_E) && isDigit(text.charCodeAt(at - 1))))
      hasFraction = true;
  }
  return { members, hasFraction };
}

/** The position of the closing quote of the string that begins here. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  for (;;) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Counts the members of all objects in a value. It has its own stack, as brackets may be nested deeper than calls. */
function countMembers(value: unknown): number {
  let members = 0;
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null) continue;
    const values: unknown[] = Array.isArray(next) ? next : Object.values(next);
    if (values !== next) members += values.length;
    for (const each of values) if (typeof each === 'object') left.push(each);
  }
  return members;
}

/** A string, a number, or a character of the structure. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[{}[\],]/g;

/** An object or a list, and the place in it that the reader has reached. */
interface Place {
  /** Null for a list. */
  readonly names: Set<string> | null;
  /** The name of the member, or the index. */
  at: string | number;
}

/** Pointers into brackets that are nested deeper are cut off at this depth. */
const MAX_DEPTH = 20;

function faultsIn(text: string): FieldError[] {
  const faults: FieldError[] = [];
  const places: Place[] = [];
  const report = (what: string) => faults.push({ pointer: pointerTo(places), detail: what });
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (faults.length === MAX_ERRORS) break;
    const place = places.at(-1);
    if (token === '{') places.push({ names: new Set(), at: '' });
    else if (token === '[') places.push({ names: null, at: 0 });
    else if (token === '}' || token === ']') places.pop();
    else if (token === ',') {
      if (typeof place?.at === 'number') place.at++;
    } else if (token.startsWith('"')) {
      if (place === undefined || place.names === null || !isName(text, index + token.length)) continue;
      place.at = JSON.parse(token) as string;
      if (place.names.has(place.at)) report('The name occurs twice in one object.');
      place.names.add(place.at);
    } else if (Number.isInteger(Number(token)) && !denotesInteger(token))
      report('The number is not written as an integer.');
  }
  return faults;
}

/** Whether the string that ends here is the name of a member. */
function isName(text: string, end: number): boolean {
  const colon = /\s*:/y;
  colon.lastIndex = end;
  return colon.test(text);
}

/** Whether a JSON number is an integer as it is written: `1e3` and `100.0` are, `100.0000000000000001` is not. */
function denotesInteger(literal: string): boolean {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const digits = `${whole}${fraction}`;
  let significant = digits.length;
  while (digits[significant - 1] === '0') significant--;
  // The difference is the number of digits after the point; it is negative if the whole part ends with zeros.
  return significant === 0 || significant - whole.length <= Number(exponent);
}

function pointerTo(places: readonly Place[]): string {
  return ['#', ...places.slice(0, MAX_DEPTH).map(({ at }) => pointerToken(String(at)))].join('/');
}
