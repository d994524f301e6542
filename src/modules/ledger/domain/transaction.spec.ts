import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ACCOUNTS,
  canonicalForm,
  chainHash,
  GENESIS,
  type Entry,
  type Movement,
  NEVER_NEGATIVE,
  TRANSACTION_KINDS,
} from './transaction.js';

const MOVEMENT: Movement = {
  merchantId: '01980000-0000-7000-8000-00000000000a',
  seq: 7,
  id: '019b8c6b-49bb-7b21-9c3e-5f0a1b2c3d4e',
  kind: 'payout_reversal',
  cause: { type: 'payout', id: '019b8c6c-5078-7d02-8a11-0c0ffee12345' },
  reversesSeq: 5,
  reason: 'returned',
  actor: 'bank:bank-simulator',
  requestDigest: null,
  createdAt: new Date('2026-01-05T04:30:00.120Z'),
  entries: [
    { account: 'available', amountPaise: 60_000n, balancePaise: 100_000n },
    { account: 'paid_out', amountPaise: -60_000n, balancePaise: -1n },
  ],
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Parses a canonical form by the rule alone: a length in bytes, a colon, the field; or a hyphen. */
function fieldsOf(canonical: string): (string | null)[] {
  const bytes = Buffer.from(canonical, 'utf8');
  const fields: (string | null)[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] === 0x2d) {
      fields.push(null);
      at += 1;
      continue;
    }
    const colon = bytes.indexOf(':', at);
    const length = bytes.toString('latin1', at, colon);
    expect(length).toMatch(/^(0|[1-9]\d*)$/);
    at = colon + 1 + Number(length);
    fields.push(bytes.toString('utf8', colon + 1, at));
  }
  return fields;
}

describe("a transaction's canonical form", () => {
  it('has every field, in a fixed order, with its length before it', () => {
    expect(canonicalForm(MOVEMENT)).toBe(
      '13:bahi-ledger-1' +
        '36:01980000-0000-7000-8000-00000000000a' +
        '1:7' +
        '36:019b8c6b-49bb-7b21-9c3e-5f0a1b2c3d4e' +
        '15:payout_reversal' +
        '6:payout' +
        '36:019b8c6c-5078-7d02-8a11-0c0ffee12345' +
        '1:5' +
        '8:returned' +
        '19:bank:bank-simulator' +
        '24:2026-01-05T04:30:00.120Z' +
        '1:2' +
        '9:available5:600006:100000' +
        '8:paid_out6:-600002:-1',
    );
  });

  it('has the digest of what was asked for, where there is one, and then says so in its version', () => {
    const digest = '5f'.repeat(32);
    expect(canonicalForm({ ...MOVEMENT, requestDigest: digest })).toBe(
      canonicalForm(MOVEMENT).replace('bahi-ledger-1', 'bahi-ledger-2').replace('120Z', `120Z64:${digest}`),
    );
  });

  it('distinguishes an absent field from an empty one', () => {
    const absent = canonicalForm({ ...MOVEMENT, reason: null, reversesSeq: null });
    expect(absent).toContain('0c0ffee12345--19:bank');
    expect(canonicalForm({ ...MOVEMENT, reason: '', reversesSeq: null })).toContain('0c0ffee12345-0:19:bank');
    expect(canonicalForm({ ...MOVEMENT, reason: '-', reversesSeq: null })).toContain('0c0ffee12345-1:-19:bank');
  });

  it.each([
    ['', 0],
    ['\u0000', 1],
    ['~', 1],
    ['\u007f', 1],
    ['\u0080', 2],
    ['é', 2],
    ['\u07ff', 2],
    ['\u0800', 3],
    ['₹', 3],
    ['बही', 9],
    ['\ud7ff', 3],
    ['\ue000', 3],
    ['\uffff', 3],
    ['\u{10000}', 4],
    ['💸', 4],
    ['\u{10ffff}', 4],
    ['👩🏽‍💼', 15],
    ['a₹💸é', 10],
  ])('counts the bytes of %j as UTF-8 does', (reason, bytes) => {
    expect(Buffer.byteLength(reason, 'utf8')).toBe(bytes);
    expect(canonicalForm({ ...MOVEMENT, reason })).toContain(`1:5${bytes}:${reason}19:bank`);
  });

  it('can be taken apart again into exactly its fields, whatever text they carry', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    // Fields that look like the framing itself, so that one field could be taken for two.
    const framing = fc.array(fc.constantFrom('-', ':', '1:', '36:', '0', '₹', '💸'), { maxLength: 8 });
    const anyText = fc.oneof(
      text,
      framing.map((parts) => parts.join('')),
    );
    const paise = fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n });
    const entry = fc.record({ account: fc.constantFrom(...ACCOUNTS), amountPaise: paise, balancePaise: paise });
    const movements = fc.record({
      merchantId: fc.uuid(),
      seq: fc.nat(),
      id: fc.uuid(),
      kind: fc.constantFrom(...TRANSACTION_KINDS),
      cause: fc.record({ type: fc.constantFrom('payout', 'adjustment'), id: anyText }),
      reversesSeq: fc.option(fc.nat()),
      reason: fc.option(anyText),
      actor: anyText,
      requestDigest: fc.option(fc.constantFrom('00'.repeat(32), '5f'.repeat(32))),
      createdAt: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z') }),
      entries: fc.array(entry, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(movements, (movement: Movement) => {
        const { merchantId, seq, id, kind, cause, reversesSeq, reason, actor, createdAt, entries } = movement;
        const { requestDigest } = movement;
        const version = requestDigest === null ? 'bahi-ledger-1' : 'bahi-ledger-2';
        const digest = requestDigest === null ? [] : [requestDigest];
        const paiseOf = ({ account, amountPaise, balancePaise }: Entry) => [
          account,
          `${amountPaise}`,
          `${balancePaise}`,
        ];
        const reversed = reversesSeq === null ? null : `${reversesSeq}`;
        expect(fieldsOf(canonicalForm(movement))).toEqual([
          version,
          merchantId,
          `${seq}`,
          id,
          kind,
          cause.type,
          cause.id,
          reversed,
          reason,
          actor,
          createdAt.toISOString(),
          ...digest,
          `${entries.length}`,
          ...entries.flatMap(paiseOf),
        ]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the hash of a transaction', () => {
  const plain = (previous: Uint8Array, movement: Movement): string =>
    createHash('sha256')
      .update(previous)
      .update(Buffer.from(canonicalForm(movement), 'utf8'))
      .digest('hex');

  it('covers the previous hash and the canonical form', () => {
    expect(hex(chainHash(GENESIS, MOVEMENT))).toBe(plain(Buffer.alloc(32), MOVEMENT));
    const previous = chainHash(GENESIS, MOVEMENT);
    expect(hex(chainHash(previous, MOVEMENT))).toBe(plain(previous, MOVEMENT));
  });

  it.each<[string, Partial<Movement>]>([
    ['the book', { merchantId: '01980000-0000-7000-8000-00000000000b' }],
    ['the place', { seq: 8 }],
    ['the id', { id: '019b8c6b-49bb-7b21-9c3e-5f0a1b2c3d4f' }],
    ['the kind', { kind: 'adjustment' }],
    ['what it is about', { cause: { type: 'refund', id: MOVEMENT.cause.id } }],
    ['which one it is about', { cause: { type: 'payout', id: 'another' } }],
    ['what it reverses', { reversesSeq: 4 }],
    ['that it reverses anything', { reversesSeq: null }],
    ['the reason', { reason: 'Returned' }],
    ['that there was a reason', { reason: null }],
    ['who did it', { actor: 'bank:bank-simulator2' }],
    ['what was asked for', { requestDigest: '5f'.repeat(32) }],
    ['when, by a millisecond', { createdAt: new Date('2026-01-05T04:30:00.121Z') }],
    ['an amount, by a paisa', { entries: [{ ...MOVEMENT.entries[0]!, amountPaise: 60_001n }, MOVEMENT.entries[1]!] }],
    ['a balance', { entries: [{ ...MOVEMENT.entries[0]!, balancePaise: 0n }, MOVEMENT.entries[1]!] }],
    ['an account', { entries: [MOVEMENT.entries[0]!, { ...MOVEMENT.entries[1]!, account: 'held' }] }],
    ['the order of entries', { entries: MOVEMENT.entries.toReversed() }],
    ['that there was an entry', { entries: [MOVEMENT.entries[0]!] }],
  ])('changes with %s', (_, change) => {
    expect(hex(chainHash(GENESIS, { ...MOVEMENT, ...change }))).not.toBe(hex(chainHash(GENESIS, MOVEMENT)));
  });
});

describe('the accounts of a book', () => {
  it('stand in the order of the canonical form, and what can be promised is never negative', () => {
    expect(ACCOUNTS).toEqual(['available', 'held', 'paid_out', 'received', 'fees', 'taxes']);
    expect([...NEVER_NEGATIVE]).toEqual(['available', 'held']);
    expect(GENESIS).toEqual(new Uint8Array(32));
  });
});

describe('docs/ledger-hash.md', () => {
  const page = readFileSync('docs/ledger-hash.md', 'utf8');
  const example = (title: string) => {
    const section = page.split(`### ${title}\n`)[1]!.split(/^##/m)[0]!;
    const rows = [...section.matchAll(/^\| (\d+) +\| ([^|]+?) +\| ([^|]+?) +\| ([^|]+?) +\|$/gm)];
    const texts = [...section.matchAll(/```text\n([^`]*)\n```/g)].map(([, text]) => text!);
    const [canonical, previous, hash] = texts.slice(-3).map((text) => text.replaceAll('\n', ''));
    const fields = rows.map(([, number, name, value, bytes]) => ({
      number,
      name: name!,
      value: value!,
      bytes: bytes!,
    }));
    return { fields, canonical: canonical!, previous: previous!, hash: hash!, asked: texts.at(-4) };
  };
  const first = example('The first transaction');
  const second = example('The second transaction');
  const third = example('The third transaction');

  it.each([
    ['first', first],
    ['second', second],
    ['third', third],
  ])(
    'works the %s transaction out so that node:crypto alone comes to the same',
    (_, { fields, canonical, previous, hash }) => {
      expect(fields.map(({ number }) => Number(number))).toEqual(fields.map((_field, i) => i + 1));
      const framed = fields.map(({ value, bytes }) => {
        if (bytes === '-') return '-';
        expect(Buffer.byteLength(value, 'utf8')).toBe(Number(bytes));
        return `${bytes}:${value}`;
      });
      expect(framed.join('')).toBe(canonical);
      const bytes = Buffer.concat([Buffer.from(previous, 'hex'), Buffer.from(canonical, 'utf8')]);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash);
    },
  );

  it('begins with 32 zero bytes and chains each to the one before it', () => {
    expect(first.previous).toBe('00'.repeat(32));
    expect(second.previous).toBe(first.hash);
    expect(third.previous).toBe(second.hash);
  });

  it.each([
    ['first', first],
    ['second', second],
    ['third', third],
  ])('gives the %s transaction the hash that the code gives', (_, { fields, canonical, previous, hash }) => {
    const texts = fields.map(({ value, bytes }) => (bytes === '-' ? null : value));
    const [version, merchantId, seq, id, kind, type, causeId, reversesSeq, reason, actor, createdAt] = texts;
    const requestDigest = version === 'bahi-ledger-1' ? null : texts[11];
    const [count, ...paise] = texts.slice(requestDigest === null ? 11 : 12);
    const entries = Array.from({ length: Number(count) }, (_entry, i) => ({
      account: paise[3 * i],
      amountPaise: BigInt(paise[3 * i + 1]!),
      balancePaise: BigInt(paise[3 * i + 2]!),
    }));
    const movement = {
      merchantId,
      requestDigest,
      seq: Number(seq),
      id,
      kind,
      cause: { type, id: causeId },
      reason,
      actor,
      entries,
      reversesSeq: reversesSeq === null ? null : Number(reversesSeq),
      createdAt: new Date(createdAt!),
    } as Movement;
    expect(canonicalForm(movement)).toBe(canonical);
    expect(hex(chainHash(Buffer.from(previous, 'hex'), movement))).toBe(hash);
  });

  it('shows what the digest of a request is made of', () => {
    const { asked, fields } = third;
    expect(createHash('sha256').update(asked!).digest('hex')).toBe(fields[11]!.value);
  });

  it('gives a shell line for each that computes the same', () => {
    const [, lines] = /```sh\n([\s\S]*?)```/.exec(page)!;
    // `printf %s 'a' 'b'` prints `ab`.
    const shell = lines!.replaceAll(/' \\\n +'/g, '');
    for (const { canonical, previous } of [first, second, third])
      expect(shell).toContain(`{ printf %s '${previous}' | xxd -r -p\n  printf %s '${canonical}'\n} | sha256sum\n`);
  });
});
