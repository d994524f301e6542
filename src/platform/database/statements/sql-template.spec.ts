import { describe, expect, it } from '@jest/globals';
import { boundIn } from './bound.js';
import { joined, table, template, textBehind, textOf, value } from './sql-template.js';

const PARTS = ['<', '>'].map(
  (than) => template`SELECT ${'id'} FROM ${table('payouts')} p WHERE p.id ${than} ${value(2)}`,
);
const DUE = template`${joined(PARTS, ' UNION ALL ')} LIMIT ${value(1)}`;

describe('a template of SQL', () => {
  it('is an ordinary statement, with the tables’ own names', () => {
    expect(textOf(DUE)).toBe(
      'SELECT id FROM payouts p WHERE p.id < $2 UNION ALL SELECT id FROM payouts p WHERE p.id > $2 LIMIT $1',
    );
  });

  it('is written for a shard, with what it is given', () => {
    const onShard = DUE({ table: (name) => `${name}_102008`, value: (n) => `'v${n}'` });
    expect(onShard).toBe(
      "SELECT id FROM payouts_102008 p WHERE p.id < 'v2' UNION ALL SELECT id FROM payouts_102008 p WHERE p.id > 'v2' LIMIT 'v1'",
    );
  });

  it('can follow others, whose values come first', () => {
    expect(textBehind(3, template`SELECT FROM ${table('books')} b WHERE ${boundIn('b.merchant_id', 2)}`)).toBe(
      'SELECT FROM books b WHERE ($5::uuid[] IS NULL OR b.merchant_id = ANY($5::uuid[]))',
    );
  });

  it('leaves what looks like a gap in a text alone', () => {
    expect(textOf(template`SELECT '$1', 'payouts', E'\n' FROM ${table('books')}`)).toBe(
      "SELECT '$1', 'payouts', E'\n' FROM books",
    );
  });
});
