import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { chainFaults, sealed } from './timeline-chain.js';
import type { TimelineRow } from '../submissions/timeline.js';

const hex = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('hex'));

describe('docs/ledger-hash.md', () => {
  const page = readFileSync('docs/ledger-hash.md', 'utf8');
  const examples = ['first', 'second', 'third'].map((which) => {
    const section = page.split(`#### The ${which} entry\n`)[1]!.split(/^##/m)[0]!;
    const rows = [...section.matchAll(/^\| \d+ +\| ([a-z_]+) +\| ([^|]+?) +\| ([^|]+?) +\|$/gm)];
    const texts = [...section.matchAll(/```text\n([^`]*)\n```/g)].map(([, text]) => text!.replaceAll('\n', ''));
    const [canonical, previous, hash] = texts as [string, string, string];
    const values = rows.map(([, name, value, bytes]) => ({ name, value: bytes === '-' ? null : value!, bytes }));
    return { values, canonical, previous, hash };
  });
  const [first] = examples;

  it('names the fields of its example in their order', () => {
    const rule = page.split("## The timelines' chains\n")[1]!.split(/^##/m)[0]!;
    const numbered = [...rule.matchAll(/^\d+[.] .*?`([a-z_-]+\d?)`/gm)].map(([, name]) => name);
    for (const { values } of examples) {
      const names = values.map(({ name }) => name);
      expect(names).toEqual(['version', 'merchant_id', 'order', ...numbered.slice(3)]);
      expect(values[0]!.value).toBe(numbered[0]);
    }
  });

  it.each(examples.map((example, i) => [i + 1, example] as const))(
    'works entry %s out so that node:crypto alone comes to the same',
    (_, { values, canonical, previous, hash }) => {
      const framed = values.map(({ value }) => (value === null ? '-' : `${Buffer.byteLength(value)}:${value}`));
      expect(framed.join('')).toBe(canonical);
      for (const { value, bytes } of values) if (value !== null) expect(Buffer.byteLength(value)).toBe(Number(bytes));
      const bytes = Buffer.concat([Buffer.from(previous, 'hex'), Buffer.from(canonical)]);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash);
    },
  );

  it('begins with 32 zero bytes and chains each to the one before it', () => {
    expect(examples.map(({ previous }) => previous)).toEqual([
      '00'.repeat(32),
      ...examples.slice(0, -1).map(({ hash }) => hash),
    ]);
  });

  it('gives the entries the hashes that the code gives', () => {
    const [, merchantId, id] = first!.values.map(({ value }) => value);
    const entries = examples.map(({ values }) => {
      const [, , , , type, from, to, at, actor, reason, data] = values.map(({ value }) => value!);
      const said = JSON.parse(data!) as Record<string, unknown>;
      return { type: type!, from: from!, to: to!, at: new Date(at!), actor: actor!, reason: reason!, data: said };
    });
    const order = { merchantId: merchantId!, id: id!, events: entries.length, timelineHash: null };
    expect(sealed(order, entries).entries.map((row) => [row.seq, hex(row.hash)])).toEqual(
      examples.map(({ hash }, i) => [i + 1, hash]),
    );
  });
});

describe('the chain of a timeline', () => {
  const LATE = new Date('2026-01-05T00:00:00Z');
  const EARLY = new Date('2026-01-04T00:00:00Z');
  const order = { merchantId: 'm', id: 'p', timelineHash: null };
  const entry = (at: Date) => {
    return { type: 'payout.x', from: 'pending', to: 'pending', at, actor: 'system', reason: null, data: {} } as const;
  };
  /** A timeline as successive versions write it: each entry hashed or not, with its date. */
  function written(...lines: [is: 'hashed' | 'unhashed', at: Date][]) {
    let timelineHash: Uint8Array | null = null;
    const rows = lines.map(([is, at], i): TimelineRow<string> => {
      const [row] = sealed({ ...order, events: i + 1, timelineHash }, [entry(at)]).entries;
      if (is === 'unhashed') return { ...row!, hash: null };
      timelineHash = row!.hash;
      return row!;
    });
    return { order: { ...order, events: rows.length, timelineHash }, rows };
  }

  it.each([
    ['all hashed', written(['hashed', LATE], ['hashed', LATE])],
    ['none, before there was one', written(['unhashed', EARLY], ['unhashed', EARLY])],
    ['hashed from an upgrade on', written(['unhashed', EARLY], ['hashed', EARLY], ['hashed', LATE])],
    ['two versions in turns', written(['hashed', EARLY], ['unhashed', EARLY], ['hashed', LATE], ['hashed', LATE])],
  ])('is in order: %s', (_, { order: of, rows }) => {
    expect(chainFaults(of, rows, LATE)).toEqual([]);
  });

  it.each([
    ['at the end', written(['hashed', LATE], ['unhashed', LATE])],
    ['that is dated back', written(['hashed', LATE], ['unhashed', EARLY])],
    ['of an order from before', written(['unhashed', EARLY], ['unhashed', LATE])],
  ])('shows an entry without a hash, once versions no longer overlap: %s', (_, { order: of, rows }) => {
    expect(chainFaults(of, rows, LATE)).toEqual([
      { code: 'event_without_hash', values: { event_seq: 2, event_type: 'payout.x' } },
    ]);
  });
});
