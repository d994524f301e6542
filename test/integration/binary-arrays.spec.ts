import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/connections/database.js';
import { sqlStateOf } from '../../src/platform/database/errors/sql-state.js';
import { createDatabase } from '../support/postgres-server.js';

let place: Awaited<ReturnType<typeof createDatabase>>;
let database: Database;

beforeAll(async () => {
  place = await createDatabase();
  database = new Database(place.ownerUrl, 1);
});

afterAll(async () => {
  await database.close();
  await place.drop();
});

/** The values as the server has parsed them, in its own text form. */
async function understood(type: string, list: readonly unknown[]): Promise<(string | null)[]> {
  const sql = `SELECT e::text FROM unnest($1::${type}[]) WITH ORDINALITY AS u(e, n) ORDER BY n`;
  return (await database.query<{ e: string | null }>(sql, [list])).map(({ e }) => e);
}

const LONG = 'x'.repeat(100_000);
const TEXTS = ['', 'a', 'NULL', null, '"{\\,}"', 'रुपया', '😀', 'ü'.repeat(40), LONG];
const UUIDS = ['01890000-0000-7000-8000-0000000c0001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', null];

describe('a list that is sent to the server', () => {
  it.each<[type: string, list: unknown[], words: (string | null)[]]>([
    ['boolean', [true, false, null], ['true', 'false', null]],
    ['smallint', [0, 1, -1, 32_767, -32_768], ['0', '1', '-1', '32767', '-32768']],
    // So many that the buffer is full in the middle of one of them.
    ['smallint', Array.from({ length: 30_000 }, (_, i) => i), Array.from({ length: 30_000 }, (_, i) => String(i))],
    ['integer', [0, 2_147_483_647, -2_147_483_648, null], ['0', '2147483647', '-2147483648', null]],
    ['bigint', [0n, -1n, 4_294_967_296n, -4_294_967_297n, 7], ['0', '-1', '4294967296', '-4294967297', '7']],
    ['bigint', [9_007_199_254_740_991n, -9_007_199_254_740_991n], ['9007199254740991', '-9007199254740991']],
    // More than a float holds exactly: these are sent as text.
    ['bigint', [9_223_372_036_854_775_807n, '12', null], ['9223372036854775807', '12', null]],
    ['text', TEXTS, TEXTS],
    ['uuid', UUIDS, UUIDS],
    ['uuid', ['FFFFFFFF-ffff-ffff-ffff-ffffffffffff'], ['ffffffff-ffff-ffff-ffff-ffffffffffff']],
    [
      'bytea',
      [new Uint8Array([0, 255]), Buffer.from('ab'), new Uint8Array(), null],
      ['\\x00ff', '\\x6162', '\\x', null],
    ],
    ['jsonb', [{ a: [1, '"\\'] }, '[true]', null], ['{"a": [1, "\\"\\\\"]}', '[true]', null]],
    ['timestamptz', [new Date(0), new Date(-1)], ['1970-01-01 00:00:00+00', '1969-12-31 23:59:59.999+00']],
    ['timestamptz', [new Date(Date.UTC(2026, 10, 26, 12, 0, 0, 7)), null], ['2026-11-26 12:00:00.007+00', null]],
  ])('of %s arrives as it is', async (type, list, words) => {
    expect(await understood(type, list)).toEqual(words);
    expect(await understood(type, [])).toEqual([]);
  });

  it('may be longer than any before it', async () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => `01890000-0000-7000-8000-${i.toString(16).padStart(12, '0')}`);
    expect(await understood('uuid', ids)).toEqual(ids);
  });

  it('with an element that is not of its type is refused by the server, not changed on the way', async () => {
    const wrong: [string, unknown][] = [
      ['uuid', 'no uuid'],
      ['uuid', '01890000-0000-7000-8000-0000000c000g'],
      ['uuid', '01890000-0000-7000-8000-0000000c0001x'],
      ['integer', 1.5],
      ['integer', 2_147_483_648],
      ['smallint', 32_768],
      ['bigint', NaN],
      ['bigint', 9_223_372_036_854_775_808n],
      ['text', 'U+0000 is no text: \u0000'],
      ['boolean', 'perhaps'],
    ];
    for (const [type, element] of wrong) {
      const answer = await understood(type, [null, element]).catch((error: unknown) => sqlStateOf(error));
      expect([type, element, answer]).toEqual([type, element, expect.stringMatching(/^22/)]);
    }
  });
});
