import { assert } from '../../../shared/assert.js';

export type KeyKind = 'merchant' | 'operator';

/** What is stored about a key. The key itself is shown once, when it is created, and stored only as its SHA-256. */
export interface ApiKey {
  readonly id: string;
  readonly kind: KeyKind;
  /** Null for an operator's key. */
  readonly merchantId: string | null;
  readonly name: string;
  /** The beginning and the end of the key, so that people can tell their keys apart. */
  readonly prefix: string;
  readonly last4: string;
  readonly createdAt: Date;
  /** Accurate to about a minute: it is written after requests, not during them. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** A key in plain text, on its way to its owner. */
export interface Secret {
  readonly text: string;
  readonly prefix: string;
  readonly last4: string;
}

/** 256 bits cannot be guessed, so a fast hash without salt is enough to store it. */
export const SECRET_BYTES = 32;

const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 62^43 is just above 2^256. */
const SECRET_DIGITS = 43;

/**
 * `bahi_<kind>_<43 letters and digits>`: a double click selects all of it, and scanners for leaked secrets recognise
 * it.
 */
export function newSecret(kind: KeyKind, random: Uint8Array): Secret {
  const digits = digitsOf(random);
  const prefix = `bahi_${kind}_`;
  return { text: prefix + digits, prefix, last4: digits.slice(-4) };
}

/** How long a ticket may wait to be used, once. A page opens its stream at once. */
export const TICKET_SECONDS = 60;

/** Takes the place of a key in a URL, which proxies may log; so it must not be a key. */
export function newTicket(random: Uint8Array): string {
  return `bahi_ticket_${digitsOf(random)}`;
}

function digitsOf(random: Uint8Array): string {
  assert(random.length === SECRET_BYTES, 'a secret has 256 random bits');
  let number = random.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let digits = '';
  while (digits.length < SECRET_DIGITS) {
    digits = BASE_62[Number(number % 62n)]! + digits;
    number /= 62n;
  }
  return digits;
}

/** The published keys of the demo. Real keys are never chosen by people. */
const CHOSEN = /^[a-z0-9-]{16,64}$/;

/** A key that was chosen beforehand, for the demo's documented curl lines. */
export function chosenSecret(text: string): Secret {
  assert(CHOSEN.test(text), 'a chosen key has 16 to 64 lower-case letters, digits and hyphens');
  return { text, prefix: text.slice(0, 8), last4: text.slice(-4) };
}
