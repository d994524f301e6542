import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReturnWatch } from '../../src/modules/payouts/domain/return-watch.js';
import { Bahi } from '../support/bahi.js';
import { documentedFetch } from '../support/documented-fetch.js';
import type { Merchant } from '../support/merchant.js';
import { RecordedAlarms } from '../support/recorded-alarms.js';
import { openToyBankDouble, type ToyBankDouble } from '../support/toy-bank-double.js';
import { until } from '../support/wait-for.js';

const PER_SECOND = 4;

let bank: ToyBankDouble;
let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  bank = await openToyBankDouble({ slowAnswerMs: 500, settlementMs: 500, returnMs: 600_000 });
  const { url, key, callbackSecrets } = bank.settings;
  const toyBank = { TOY_BANK_URL: url, TOY_BANK_KEY: key, TOY_BANK_CALLBACK_SECRET: callbackSecrets.join() };
  const watch = { PAYOUT_RETURN_WATCH_PER_SECOND: String(PER_SECOND) };
  bahi = await Bahi.open({ environment: { GATEWAYS: 'toy-bank', ...toyBank, ...watch } });
  acme = await bahi.aMerchant({ rupees: 10_000, accounts: [] });
});

afterAll(async () => {
  await bahi.close();
  await bank.close();
});

/** Runs a worker for as long as the work takes. */
async function withWorker<T>(work: () => Promise<T>, environment: Record<string, string> = {}): Promise<T> {
  const worker = await bahi.serve({ worker: true, environment });
  try {
    return await work();
  } finally {
    await worker.stop();
  }
}

const completed = (count: number, to = '0001'): Promise<string[]> =>
  withWorker(async () => {
    const payouts = [];
    for (let i = 0; i < count; i++) payouts.push(await acme.aPayout(100, { to }));
    for (const { id } of payouts) await acme.until(id, 'completed');
    return payouts.map(({ id }) => id);
  });

/** The first id has been due the longest. */
async function makeDue(ids: readonly string[]): Promise<void> {
  await bahi.psql.together(
    ids.map((id, place) => ({
      text: 'UPDATE payouts SET watch_next_at = now() - make_interval(secs => $2) WHERE id = $1',
      values: [id, 100 - place],
    })),
  );
}

/** Seconds until the next look, or null if there is none. */
async function nextLookIn(id: string): Promise<number | null> {
  const [row] = await bahi.psql.query<{ seconds: number | null }>(
    'SELECT extract(epoch FROM watch_next_at - now())::double precision AS seconds FROM payouts WHERE id = $1',
    [id],
  );
  return row!.seconds;
}

const timesAsked = (id: string): number =>
  bank.requests.filter(({ method, path }) => method === 'GET' && path.endsWith(id)).length;

/** The order in which the bank was asked about them. */
function asked(ids: readonly string[]): string[] {
  return bank.requests.flatMap(({ method, path }) => (method === 'GET' ? ids.filter((id) => path.endsWith(id)) : []));
}

describe('a completed payout', () => {
  it('is planned to be asked about an hour after its completion', async () => {
    const [id] = (await completed(1)) as [string];
    const seconds = await nextLookIn(id);
    expect(seconds).toBeGreaterThan(3_500);
    expect(seconds).toBeLessThanOrEqual(3_600);
  });

  it('whose money came back is reversed, though nobody ever called back', async () => {
    const [id] = (await completed(1, '0007')) as [string];
    const { available } = await acme.balance();
    bank.returnNow(id);
    await makeDue([id]);
    await withWorker(() => acme.until(id, 'reversed'));
    expect((await acme.balance()).available).toBe(available + 100);
    expect(await acme.story(id)).toEqual(['requested', 'processing', 'completed', 'reversed']);
    expect(await nextLookIn(id)).toBeNull();
    expect(await bahi.findings()).toEqual([]);
  });

  it('that is called failed is asked about again a time-out later, and reversed, though nobody asks', async () => {
    const [id] = (await completed(1)) as [string];
    bank.override = { state: 'refused', reason: 'closed' };
    await makeDue([id]);
    await withWorker(() => acme.until(id, 'reversed'), { PROCESSING_TIMEOUT_SECONDS: '2' });
    bank.override = {};
    expect(timesAsked(id)).toBe(2);
    expect(await acme.story(id)).toEqual(['requested', 'processing', 'completed', 'bank_disagreed', 'reversed']);
  });

  it('is watched too when a process of an earlier release has completed it', async () => {
    const { id } = await acme.aPayout(100, { to: '0001' });
    await bahi.psql.query(`UPDATE payouts SET gateway = 'toy-bank', status = 'processing' WHERE id = $1`, [id]);
    await bahi.psql.query(
      `UPDATE payouts SET status = 'completed', utr = '632812349999', next_step = NULL, next_attempt_at = NULL WHERE id = $1`,
      [id],
    );
    expect(await nextLookIn(id)).toBeGreaterThan(3_500);
    expect(await nextLookIn(id)).toBeLessThanOrEqual(3_600);
    await bahi.psql.tamper(['DELETE FROM payouts WHERE id = $1', [id]]);
  });

  it('of which the bank says nothing new stays as it is in all that lists and timelines show', async () => {
    const [id] = (await completed(1)) as [string];
    await bahi.psql.query(`UPDATE payouts SET watched_from = now() - interval '1 hour' WHERE id = $1`, [id]);
    const seen = async () => ({
      payout: (await acme.api.get(`/payouts/${id}`)).body,
      list: (await acme.api.get('/payouts?limit=1')).body,
      timeline: (await acme.api.get(`/payouts/${id}/events`)).body,
      attempts: (await acme.api.get(`/payouts/${id}/attempts`)).body,
      outbox: await bahi.count('outbox'),
      row: (await bahi.psql.query(`SELECT to_jsonb(p) - 'watch_next_at' AS row FROM payouts p WHERE id = $1`, [id]))[0],
    });
    const before = await seen();
    await makeDue([id]);
    await withWorker(() => until('the bank was asked', async () => ((await nextLookIn(id)) ?? 0) > 3_700));
    expect(timesAsked(id)).toBe(1);
    expect(await seen()).toEqual(before);
    // Six hours after the completion, which was an hour ago.
    expect(await nextLookIn(id)).toBeLessThanOrEqual(5 * 3_600);
    expect(await nextLookIn(id)).toBeGreaterThan(4.9 * 3_600);
  });

  it('is asked about for so many days, and then no more', async () => {
    const [late, last] = (await completed(2)) as [string, string];
    const setBack = 'UPDATE payouts SET watched_from = now() - make_interval(days => $2) WHERE id = $1';
    await bahi.psql.query(setBack, [late, 9]);
    await bahi.psql.query(setBack, [last, 7]);
    await makeDue([late, last]);
    await withWorker(() =>
      until('both are done with', async () => (await nextLookIn(late)) === null && (await nextLookIn(last)) === null),
    );
    expect([timesAsked(late), timesAsked(last)]).toEqual([0, 1]);
  });

  it('is asked about to the end, though the clock ran a day ahead during one look', async () => {
    const [id] = (await completed(1)) as [string];
    const sixHoursAfter = `UPDATE payouts SET watched_from = now() - interval '25 hours',
      watch_next_at = now() - interval '19 hours' WHERE id = $1`;
    await bahi.psql.query(sixHoursAfter, [id]);
    await withWorker(() => until('it was asked about', () => timesAsked(id) === 1), {
      PAYOUT_RETURN_WATCH_DAYS: '1',
    });
    expect(await nextLookIn(id)).toBeGreaterThan(16.9 * 3_600);
    expect(await nextLookIn(id)).toBeLessThanOrEqual(17 * 3_600);
  });

  it('is never asked about when no days are set', async () => {
    const [id] = (await completed(1)) as [string];
    await makeDue([id]);
    await withWorker(() => until('it is done with', async () => (await nextLookIn(id)) === null), {
      PAYOUT_RETURN_WATCH_DAYS: '0',
    });
    expect(timesAsked(id)).toBe(0);
  });
});

describe('the line of completed payouts', () => {
  it('goes at its own pace, the longest due first, with however many workers', async () => {
    const ids = (await completed(3 * PER_SECOND)).toReversed();
    // Records in which turn each payout was taken. When the bank is asked depends on how busy this machine is.
    await bahi.psql.query(`
      CREATE TABLE taken (id uuid, turn_ms float8);
      CREATE FUNCTION note_taken() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        INSERT INTO taken SELECT NEW.id, extract(epoch FROM taken_at) * 1000 FROM payout_watch_turns WHERE gateway = 'toy-bank';
        RETURN NEW;
      END $$;
      CREATE TRIGGER note_taken BEFORE UPDATE ON payouts FOR EACH ROW
        WHEN (OLD.watch_next_at < now() AND NEW.watch_next_at > now()) EXECUTE FUNCTION note_taken()`);
    await withWorker(() =>
      withWorker(async () => {
        await makeDue(ids);
        await until('all were asked about', () => asked(ids).length === ids.length);
      }),
    );
    const taken = await bahi.psql.query<{ id: string; turn_ms: number }>('SELECT id, turn_ms FROM taken');
    await bahi.psql.query('DROP TABLE taken; DROP FUNCTION note_taken CASCADE');
    const turns = [...new Set(taken.map(({ turn_ms }) => turn_ms))].toSorted((a, b) => a - b);
    const takenIn = turns.map((turn) => ids.filter((id) => taken.some((row) => row.id === id && row.turn_ms === turn)));
    expect(takenIn.flat()).toEqual(ids);
    expect(Math.max(...takenIn.map((own) => own.length))).toBe(PER_SECOND);
    // Nine tenths of a second, to the millisecond.
    for (let n = 1; n < turns.length; n++) expect(turns[n]! - turns[n - 1]!).toBeGreaterThan(899);
    expect(new Set(asked(ids)).size).toBe(ids.length);
  });

  it('goes on behind what fails, and each failure is logged', async () => {
    const ids = (await completed(4)) as [string, string, string, string];
    const [notTaken, good, ...notPlanned] = ids;
    await makeDue(ids);
    await bahi.psql.query(`
      CREATE FUNCTION refuse_looks() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'a fault of %', NEW.id; END $$`);
    // Each statement is sent separately, as distributed books require.
    await bahi.psql.query('SET citus.enable_unsafe_triggers = on');
    await bahi.psql.query(`
      CREATE TRIGGER not_taken BEFORE UPDATE ON payouts FOR EACH ROW
        WHEN (NEW.id = '${notTaken}' AND OLD.watch_next_at < now()) EXECUTE FUNCTION refuse_looks()`);
    await bahi.psql.query(`
      CREATE TRIGGER not_planned BEFORE UPDATE ON payouts FOR EACH ROW
        WHEN (NEW.id IN ('${notPlanned.join(`', '`)}') AND OLD.watch_next_at > now()) EXECUTE FUNCTION refuse_looks()`);
    await withWorker(async () => {
      const alarms = new RecordedAlarms();
      await until('all failures were logged', () =>
        [notTaken, ...notPlanned].every((id) => alarms.errors(`a fault of ${id}`).length > 0),
      );
      await until('the good one was looked at', async () => ((await nextLookIn(good)) ?? 0) > 3_000);
    });
    await bahi.psql.query('DROP FUNCTION refuse_looks CASCADE');
    expect(ids.map(timesAsked)).toEqual([0, 1, 1, 1]);
    await bahi.psql.query('UPDATE payouts SET watch_next_at = NULL WHERE id = ANY($1)', [ids]);
  });

  it('shows in the metrics how many wait', async () => {
    const ids = await completed(2);
    await makeDue(ids);
    const text = await (await documentedFetch(`${bahi.service.url}/metrics`)).text();
    expect(text).toContain('bahi_payouts_return_watch_backlog{gateway="toy-bank"} 2');
    expect(text).not.toContain('bahi_payouts_return_watch_unasked{');
    // The same database, in a process that has another bank.
    const other = await bahi.serve({ environment: { GATEWAYS: 'bank-simulator' } });
    const seen = await (await documentedFetch(`${other.url}/metrics`)).text();
    await other.stop();
    expect(seen).toContain('bahi_payouts_return_watch_backlog{gateway="bank-simulator"} 0');
    expect(seen).not.toContain('bahi_payouts_return_watch_backlog{gateway="toy-bank"}');
    expect(seen).toContain('bahi_payouts_return_watch_unasked{gateway="toy-bank"} 2');
    await bahi.psql.query('UPDATE payouts SET watch_next_at = NULL WHERE id = ANY($1)', [ids]);
  });

  it('gives a payout to one at a time, and to another when the first has died with it', async () => {
    const watch = bahi.service.get(ReturnWatch);
    const turn = async () => {
      await bahi.psql.query(`UPDATE payout_watch_turns SET taken_at = now() - interval '1 second'`);
      return watch.take('toy-bank', 10);
    };
    const [id] = (await completed(1)) as [string];
    await makeDue([id]);
    const [first] = await turn();
    expect(first).toMatchObject({ id, merchantId: acme.id });
    expect(await turn()).toEqual([]);
    // Two minutes later.
    await makeDue([id]);
    const [second] = await turn();
    expect(second).toMatchObject({ id });
    await watch.plan(first!, 86_400);
    expect(await nextLookIn(id)).toBeLessThan(130);
    await watch.plan(second!, 86_400);
    expect(await nextLookIn(id)).toBeGreaterThan(86_000);
  });

  it('takes what a clock that ran ahead has planned, and nobody before his turn', async () => {
    const watch = bahi.service.get(ReturnWatch);
    const [id] = (await completed(1)) as [string];
    await bahi.psql.query(`UPDATE payouts SET watch_next_at = now() + interval '30 days' WHERE id = $1`, [id]);
    await bahi.psql.query('UPDATE payout_watch_turns SET taken_at = clock_timestamp()');
    expect(await watch.take('toy-bank', 10)).toEqual([]);
    await bahi.psql.query(`UPDATE payout_watch_turns SET taken_at = now() - interval '1 second'`);
    expect(await watch.take('toy-bank', 10)).toMatchObject([{ id }]);
  });
});
