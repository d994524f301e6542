import { SIMULATED_EVENTS } from '../../modules/simulators/simulators.public.js';
import { parseUuid } from '../../shared/ids.js';
import { isLine, isVisible } from '../../shared/text.js';

/** The command line cannot be carried out. `message` is one line about it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type SimulatedEvent = (typeof SIMULATED_EVENTS)[number];

/** The last transaction of a book, as a user has stored it. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** The value of an option, from `parseArgs`. */
export type TypedValue = string | boolean | undefined;

/** ₹10,000 crore. A larger amount is a typing mistake, not a correction. */
const MAX_FUNDING_PAISE = 10_000_000_000_000n;

export function matching(pattern: RegExp, typed: TypedValue, expected: string): string {
  if (typeof typed === 'string' && pattern.test(typed)) return typed;
  throw new UsageError(typed === undefined || typed === '' ? `${expected}.` : `${expected}, not "${typed}".`);
}

/** The address of an HTTP server. User names and passwords in it are refused. */
export function addressOf(typed: TypedValue, expected: string): string | null {
  if (typed === undefined) return null;
  const address = matching(/^https?:\/\/[^\s@]+$/, typed, expected);
  if (!URL.canParse(address)) throw new UsageError(`${expected}, not "${address}".`);
  return address;
}

export function uuidOf(typed: TypedValue, expected: string): string {
  return parseUuid(matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, typed, expected))!;
}

export const merchantIdOf = (typed: TypedValue): string | null =>
  typed === undefined ? null : uuidOf(typed, '--merchant takes the id of a merchant, a UUID');

export function reasonOf(typed: TypedValue): string {
  const expected = 'Give the reason, in one line of 1 to 500 characters: --reason TEXT';
  const reason = matching(/^.{1,500}$/su, typed, expected);
  if (!isLine(reason)) throw new UsageError(`${expected}.`);
  return reason;
}

export function keyNameOf(typed: TypedValue): string {
  const expected = 'Give the name of the key’s owner, in one line of 1 to 120 visible characters: --name NAME';
  const name = matching(/^.{1,120}$/su, typed, expected);
  if (!isLine(name) || !isVisible(name)) throw new UsageError(`${expected}.`);
  return name;
}

export function amountOf(typed: TypedValue): bigint {
  const expected = '--amount-paise takes a whole number of paise up to 10000000000000 (50000 is ₹500.00)';
  const amount = BigInt(matching(/^-?\d{1,14}$/, typed, expected));
  if (amount !== 0n && amount <= MAX_FUNDING_PAISE && amount >= -MAX_FUNDING_PAISE) return amount;
  throw new UsageError(`${expected}, not "${amount}".`);
}

const HEAD = /^\d{1,15}:[0-9a-f]{64}$/;

export function headOf(typed: TypedValue): Head | null {
  if (typed === undefined) return null;
  return headIn(matching(HEAD, typed, '--expect-head takes SEQ:HASH as verify prints it'));
}

/** @param text `SEQ:HASH` */
export function headIn(text: string): Head {
  const [seq, hash] = text.split(':') as [string, string];
  return { seq: Number(seq), hash };
}

/** A text that looks like a head but is malformed is not taken for a file name either. */
export function sinceOf(typed: TypedValue): Head | string | null {
  const file = fileOf(typed, '--since');
  if (file === null || !/^\d+:/.test(file)) return file;
  return headIn(matching(HEAD, file, '--since takes SEQ:HASH as verify prints it, or a file'));
}

/** ISO 8601, with its time zone. */
export function timeOf(typed: TypedValue, option: string): Date | null {
  if (typed === undefined) return null;
  const expected = `${option} takes a time such as 2026-01-31T18:30:00Z`;
  const pattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
  const time = new Date(matching(pattern, typed, expected));
  if (Number.isNaN(time.getTime())) throw new UsageError(`${expected}, not "${typed}".`);
  return time;
}

/** Null: all types. `listen` checks that they exist: doing it here would load the whole product. */
export function eventTypesOf(typed: TypedValue): string[] | null {
  if (typed === undefined) return null;
  const expected = '--events takes types separated by commas';
  return matching(/./, typed, expected)
    .split(',')
    .map((name) => matching(/^[a-z_]+\.[a-z_]+$/, name.trim(), expected));
}

export function fileOf(typed: TypedValue, option: string): string | null {
  return typed === undefined ? null : matching(/./, typed, `${option} takes the name of a file`);
}

export function eventOf(typed: TypedValue): SimulatedEvent {
  const event = SIMULATED_EVENTS.find((candidate) => candidate === typed);
  if (event === undefined) throw new UsageError(`--event takes one of ${SIMULATED_EVENTS.join(', ')}.`);
  return event;
}
