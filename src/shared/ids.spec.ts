import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { firstIdOf, isUuid, nextId, parseUuid, timeOfId } from './ids.js';

/** RFC 9562 §5.7: 48 bits of time, version 7, 12 random bits, the variant 10 in binary, 62 random bits. */
const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const NOW = Date.UTC(2026, 10, 26, 12, 0, 0, 123);
const LAST_MS = 2 ** 48 - 1;

/** The 122 bits of an id that identify it, without version and variant: the time, then the random part. */
function valueOf(id: string): bigint {
  const [a, b, c, d, e] = id.split('-') as [string, string, string, string, string];
  const time = BigInt(`0x${a}${b}`);
  const randA = BigInt(`0x${c.slice(1)}`);
  const randB = (BigInt(`0x${d}`) & 0x3fffn) << 48n;
  return (time << 74n) | (randA << 62n) | randB | BigInt(`0x${e}`);
}

const idOf = (value: bigint): string => {
  const hex = (part: bigint, digits: number): string => part.toString(16).padStart(digits, '0');
  const time = hex(value >> 74n, 12);
  const b = hex(0x8000n | ((value >> 48n) & 0x3fffn), 4);
  const tail = hex(value & 0xffff_ffff_ffffn, 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex((value >> 62n) & 0xfffn, 3)}-${b}-${tail}`;
};

describe('a new id', () => {
  it('is a UUID of version 7 in its canonical form, and carries its moment', () => {
    for (const ms of [0, 1, NOW, LAST_MS]) {
      const id = nextId(ms);
      expect(id).toMatch(VERSION_7);
      expect(isUuid(id)).toBe(true);
      expect(timeOfId(id)).toBe(ms);
    }
  });

  it('starts with its time, so that text order is time order', () => {
    expect(nextId(0x0198_1234_abcd).slice(0, 13)).toBe('01981234-abcd');
  });

  it('is never drawn twice, also across the blocks in which chance is drawn', () => {
    const ids = new Set(Array.from({ length: 20_000 }, () => nextId(NOW)));
    expect(ids.size).toBe(20_000);
  });

  it('uses all random bits but the one that is reserved for counting on', () => {
    const seen = { ones: 0n, zeros: 0n };
    const random = (1n << 74n) - 1n;
    for (let i = 0; i < 500; i++) {
      const value = valueOf(nextId(NOW)) & random;
      seen.ones |= value;
      seen.zeros |= ~value & random;
    }
    const kept = 1n << 61n;
    expect(seen.ones).toBe(random ^ kept);
    expect(seen.zeros).toBe(random);
  });

  it('takes the new moment when the clock is ahead of the last id', () => {
    const last = nextId(NOW);
    const next = nextId(NOW + 1, last);
    expect(timeOfId(next)).toBe(NOW + 1);
    expect(next > last).toBe(true);
  });

  it.each([
    ['within the same millisecond', 0],
    ['when the clock has gone back by a millisecond', -1],
    ['when the clock has gone back by an hour', -3_600_000],
  ])('counts on from the last id %s, by 1 to 2^32', (_, drift) => {
    let last = nextId(NOW);
    for (let i = 0; i < 1_000; i++) {
      const next = nextId(NOW + drift, last);
      const step = valueOf(next) - valueOf(last);
      expect(step >= 1n && step <= 2n ** 32n).toBe(true);
      expect(next).toMatch(VERSION_7);
      last = next;
    }
    expect(timeOfId(last)).toBe(NOW);
  });

  it.each([
    ['the tail', '01981234-abcd-7123-8123-ffffffffffff', /^01981234-abcd-7123-8124-0000/],
    ['the tail and the variant’s field', '01981234-abcd-7123-bfff-ffffffffffff', /^01981234-abcd-7124-8000-0000/],
    ['all but the last bit', '01981234-abcd-7ffe-bfff-ffffffffffff', /^01981234-abcd-7fff-8000-0000/],
    ['the whole random part', '01981234-abcd-7fff-bfff-ffffffffffff', /^01981234-abce-7000-8000-0000/],
    ['the lower half of the time too', '01981234-ffff-7fff-bfff-ffffffffffff', /^01981235-0000-7000-8000-0000/],
  ])('carries when %s is full', (_, last, next) => {
    const id = nextId(timeOfId(last), last);
    expect(id).toMatch(next);
    const step = valueOf(id) - valueOf(last);
    expect(step >= 1n && step <= 2n ** 32n).toBe(true);
  });

  it.each([
    ['the least', 0x00, '01981234-abcd-7123-8123-fffffffffffe', '01981234-abcd-7123-8123-ffffffffffff'],
    ['the least, across a carry', 0x00, '01981234-abcd-7123-8123-ffffffffffff', '01981234-abcd-7123-8124-000000000000'],
    ['the most', 0xff, '01981234-abcd-7123-8123-000000000000', '01981234-abcd-7123-8123-000100000000'],
    ['the most, up to a carry', 0xff, '01981234-abcd-7123-8123-fffeffffffff', '01981234-abcd-7123-8123-ffffffffffff'],
    ['the most, across a carry', 0xff, '01981234-abcd-7123-8123-ffff00000000', '01981234-abcd-7123-8124-000000000000'],
  ])('counts on by %s that chance gives', (_, byte, last, next) => {
    const chance = jest
      .spyOn(crypto, 'getRandomValues')
      .mockImplementation((bytes) => (bytes as Uint8Array).fill(byte) && bytes);
    // Use up the random bytes that were drawn before.
    for (let i = 0; chance.mock.calls.length === 0 && i < 1_000; i++) nextId(NOW);
    const id = nextId(timeOfId(last), last);
    chance.mockRestore();
    // And those that were drawn here.
    for (let i = 0; i < 1_000; i++) nextId(NOW);
    expect(id).toBe(next);
  });

  it('sorts after the last one, whatever value that has', () => {
    const largest = (1n << 122n) - 1n - 2n ** 33n;
    const values = fc.oneof(
      fc.bigInt({ min: 0n, max: largest }),
      // Just below a carry into each field: the tail, the variant's field, the version's field, and both halves of the
      // time.
      fc
        .tuple(
          fc.constantFrom(48n, 62n, 74n, 90n),
          fc.bigInt({ min: 1n, max: 2n ** 20n }),
          fc.bigInt({ min: 0n, max: 2n ** 30n }),
        )
        .map(([bit, high, below]) => (high << bit) - 1n - (below % (high << bit))),
    );
    fc.assert(
      fc.property(values, (value) => {
        const last = idOf(value);
        const next = nextId(timeOfId(last), last);
        const step = valueOf(next) - value;
        expect(next).toMatch(VERSION_7);
        expect(next > last).toBe(true);
        expect(step >= 1n && step <= 2n ** 32n).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('sorts behind all ids before it, whatever the clock does', () => {
    const drifts = fc.array(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(0)), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(drifts, (drift) => {
        let clock = NOW;
        let highest = NOW;
        let last: string | null = null;
        for (const ms of drift) {
          clock += ms;
          highest = Math.max(highest, clock);
          const id: string = nextId(clock, last);
          expect(last === null || id > last).toBe(true);
          expect(timeOfId(id)).toBe(last === null ? clock : Math.max(clock, timeOfId(last)));
          expect(timeOfId(id)).toBeLessThanOrEqual(highest);
          last = id;
        }
      }),
    );
  });
});

describe('an id from outside', () => {
  const id = '01981234-abcd-7123-8123-0123456789ab';

  it('may have any version, and is brought to its canonical form', () => {
    expect(parseUuid(id)).toBe(id);
    expect(parseUuid(id.toUpperCase())).toBe(id);
    expect(parseUuid('F47AC10B-58CC-4372-A567-0E02B2C3D479')).toBe('f47ac10b-58cc-4372-a567-0e02b2c3d479');
    expect(parseUuid('00000000-0000-0000-0000-000000000000')).not.toBeNull();
  });

  it('is canonical in lower case only', () => {
    expect(isUuid(id)).toBe(true);
    expect(isUuid(id.toUpperCase())).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'payout'],
    ['no hyphens', id.replaceAll('-', '')],
    ['braces around it', `{${id}}`],
    ['a urn', `urn:uuid:${id}`],
    ['one digit short', id.slice(0, -1)],
    ['one digit long', `${id}0`],
    ['no hexadecimal digit', id.replace('a', 'g')],
    ['a line behind it', `${id}\n`],
    ['a space before it', ` ${id}`],
    ['a full-width digit', id.replace('0', '０')],
  ])('is refused with %s', (_, text) => {
    expect(parseUuid(text)).toBeNull();
    expect(isUuid(text)).toBe(false);
  });
});

describe('the first id of a moment', () => {
  it('is not above any id of that millisecond, and above every one of the millisecond before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LAST_MS - 1 }), (ms) => {
        const first = firstIdOf(new Date(Math.min(ms, 8.64e15)));
        expect(isUuid(first)).toBe(true);
        expect(first <= nextId(ms)).toBe(true);
        expect(first > nextId(ms - 1)).toBe(true);
        // Also above ids that were counted on within the previous millisecond.
        expect(first > idOf((BigInt(ms) << 74n) - 1n)).toBe(true);
      }),
    );
  });

  it('of a time before 1970 is below all ids', () => {
    expect(firstIdOf(new Date('0001-01-01T00:00:00Z')) < nextId(0)).toBe(true);
  });
});
