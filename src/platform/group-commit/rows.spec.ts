import { describe, expect, it } from '@jest/globals';
import { changing, fixed } from './columns.js';
import { Rows } from './rows.js';

interface Note {
  readonly words: readonly string[];
  readonly paise: bigint;
}

const notes = new Rows<Note>('notes', {
  fromBook: { merchantId: fixed('merchant_id', 'uuid'), key: fixed('id', 'uuid') },
  columns: { words: fixed('words', 'jsonb'), paise: changing('paise', 'bigint') },
});

const staged = (key: string, isNew = true) => ({
  merchantId: 'acme',
  key,
  isNew,
  row: { words: ['a', 'b'], paise: 5n },
});

describe('rows that are written', () => {
  it('have a parameter for each value while they are one or two, and a list in a value is JSON', () => {
    const row = ['acme', '1', '["a","b"]', 5n];
    expect(notes.insert([staged('1')], null)).toEqual({
      text: 'INSERT INTO notes (merchant_id, id, words, paise) VALUES ($1::uuid, $2::uuid, $3::jsonb, $4::bigint)',
      values: row,
    });
    expect(notes.insert([staged('1'), staged('2')], null)).toEqual({
      text: expect.stringMatching(/VALUES \(\$1::uuid, .*\$4::bigint\), \(\$5::uuid, .*\$8::bigint\)$/),
      values: [...row, 'acme', '2', '["a","b"]', 5n],
    });
  });

  it('have a list for each column when they are more, and are bound to the shard of their books', () => {
    const three = ['1', '2', '3'].map((key) => staged(key));
    expect(notes.insert(three, ['acme'])).toEqual({
      text: expect.stringContaining('FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[], $4::bigint[])'),
      values: [['acme', 'acme', 'acme'], ['1', '2', '3'], three.map(({ row }) => row.words), [5n, 5n, 5n], ['acme']],
    });
  });

  it('are changed by their key, one alone and several together', () => {
    expect(notes.write([staged('1', false)], null)).toEqual([
      {
        text: 'UPDATE notes SET paise = $3::bigint WHERE merchant_id = $1::uuid AND id = $2::uuid',
        values: ['acme', '1', 5n],
      },
    ]);
    expect(notes.write([staged('1', false), staged('2', false)], null)).toEqual([
      { text: expect.stringContaining('FROM unnest('), values: [['acme', 'acme'], ['1', '2'], [5n, 5n], null] },
    ]);
  });
});
