import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOlder, Newest } from './newest.ts';

const payout = (revision: number, id = 'p1'): object => ({ id, revision, status: `s${revision}` });

describe('the newest state of an object', () => {
  it('stays where an older answer comes, on its own page and in a list', () => {
    const newest = new Newest();
    newest.take(payout(3));
    expect(newest.take(payout(2))).toEqual(payout(3));
    expect(newest.take({ results: [payout(1), payout(1, 'p2')], next: null })).toEqual({
      results: [payout(3), payout(1, 'p2')],
      next: null,
    });
  });

  it('is the answer itself where nothing is newer', () => {
    const page = { results: [payout(1), payout(2, 'p2')], next: null };
    expect(new Newest().take(page)).toBe(page);
  });

  it('is the later answer where two are of the same revision: only what others do to it has changed', () => {
    const newest = new Newest();
    newest.take({ ...payout(3), waiting_for: 'gateway_paused' });
    expect(newest.take({ ...payout(3), waiting_for: null })).toEqual({ ...payout(3), waiting_for: null });
  });

  it('is not put where the same thing is shown in another form', () => {
    const newest = new Newest();
    newest.take(payout(3));
    const entry = { id: 'p1', revision: 2, reasons: ['outcome_unknown'] };
    expect(newest.take(entry)).toBe(entry);
  });

  it('never goes back, in whichever order answers and events come', () => {
    const copies = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom('p1', 'p2'), fc.boolean()));
    fc.assert(
      fc.property(copies, (arrivals) => {
        const newest = new Newest();
        const last = new Map<string, number>();
        for (const [revision, id, inList] of arrivals) {
          const shown = newest.take(inList ? { results: [payout(revision, id)] } : payout(revision, id));
          const { revision: now } = (inList ? (shown as { results: unknown[] }).results[0] : shown) as {
            revision: number;
          };
          expect(now).toBe(Math.max(revision, last.get(id) ?? 0));
          last.set(id, now);
        }
      }),
    );
  });

  it('is of few objects, however many pages go by', () => {
    const newest = new Newest();
    for (let page = 0; page < 100; page += 1)
      newest.take({ results: Array.from({ length: 50 }, (_, row) => payout(2, `p${page}-${row}`)) });
    const older = Array.from({ length: 100 }, (_, page) => newest.take(payout(1, `p${99 - page}-0`)));
    expect(older.filter((one) => (one as { revision: number }).revision === 2)).toHaveLength(5);
  });

  it('is forgotten last of those that were seen last', () => {
    const newest = new Newest();
    for (let i = 0; i < 250; i += 1) newest.take(payout(5, `p${i}`));
    newest.take(payout(5, 'p0'));
    newest.take(payout(5, 'one more'));
    expect(newest.take(payout(1, 'p0'))).toEqual(payout(5, 'p0'));
    expect(newest.take(payout(1, 'p1'))).toEqual(payout(1, 'p1'));
  });
});

describe('a balance', () => {
  const balance = (seq: number): object => ({ available_paise: 1, seq, as_of: '2026-11-26T10:15:00.123Z' });

  it('is older by its transaction', () => {
    expect([isOlder(balance(4), balance(5)), isOlder(balance(5), balance(5)), isOlder(balance(6), balance(5))]).toEqual(
      [true, false, false],
    );
  });

  it('is not compared with what has none', () => {
    expect([isOlder(balance(4), undefined), isOlder({ seq: 1 }, { seq: 2 }), isOlder(null, balance(1))]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('is so for a statement, by its last line', () => {
    const statement = (closing: number): object => ({ results: [], statement: { closing_seq: closing } });
    expect([isOlder(statement(4), statement(5)), isOlder(statement(5), statement(4))]).toEqual([true, false]);
  });
});
