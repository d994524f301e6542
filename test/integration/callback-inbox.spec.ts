import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nextId } from '../../src/shared/ids.js';
import { SqlCallbackInbox } from '../../src/modules/gateways/infrastructure/sql-callback-inbox.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';

const MESSAGE = { digest: 'a'.repeat(64), text: '{"status": "processed"}' };

let place: TestDatabase;
/** Connected with the service's role. */
let app: Database;
let owner: Database;
let inbox: SqlCallbackInbox;
let events = 0;

beforeAll(async () => {
  place = await createMigratedDatabase();
  app = new Database(place.appUrl, 2);
  owner = new Database(place.ownerUrl, 2);
  inbox = new SqlCallbackInbox(app);
});

afterAll(async () => {
  await app.close();
  await owner.close();
  await place.drop();
});

type Key = Awaited<ReturnType<typeof aCallback>>;

async function aCallback(): Promise<{ gateway: string; eventId: string }> {
  const key = { gateway: 'bank-simulator', eventId: `event-${++events}` };
  const about = { reference: nextId(Date.now()), amountMinor: 100n, currency: 'INR' };
  await inbox.store(
    key.gateway,
    { eventId: key.eventId, subject: 'payout', ...about, ending: { kind: 'pending' } },
    MESSAGE,
  );
  return key;
}

async function row(eventId: string) {
  const [found] = await owner.query<{ outcome: string | null; body: string | null }>(
    'SELECT outcome, body FROM gateway_callbacks WHERE event_id = $1',
    [eventId],
  );
  return found;
}

const age = (eventId: string, days: number): Promise<unknown> =>
  owner.query(`UPDATE gateway_callbacks SET received_at = now() - make_interval(days => $2) WHERE event_id = $1`, [
    eventId,
    days,
  ]);

const remove = (eventId: string): Promise<unknown> =>
  app.query('DELETE FROM gateway_callbacks WHERE event_id = $1', [eventId]);

describe('a callback in the inbox', () => {
  it('ends once: whoever comes second changes nothing, and the database refuses another outcome', async () => {
    const key = await aCallback();
    expect(await inbox.end(key, 'amount_mismatch')).toBe(true);
    expect(await inbox.end(key, 'taken_in')).toBe(false);
    const overwritten = app.query(`UPDATE gateway_callbacks SET outcome = 'taken_in' WHERE event_id = $1`, [
      key.eventId,
    ]);
    await expect(overwritten).rejects.toThrow(/the outcome of callback event-\d+ of bank-simulator is set once/);
    const reopened = app.query(`UPDATE gateway_callbacks SET outcome = NULL, next_try_at = now() WHERE event_id = $1`, [
      key.eventId,
    ]);
    await expect(reopened).rejects.toThrow(/is set once/);
    expect(await row(key.eventId)).toEqual({ outcome: 'amount_mismatch', body: MESSAGE.text });
  });

  it('loses the text of its message when it was processed, and only then', async () => {
    const key = await aCallback();
    expect((await row(key.eventId))!.body).toBe(MESSAGE.text);
    await inbox.end(key, 'taken_in');
    expect(await row(key.eventId)).toEqual({ outcome: 'taken_in', body: null });
  });

  it('cannot be deleted by the service while it is of today, or a person has to look at it', async () => {
    const [waiting, refused, settled] = [await aCallback(), await aCallback(), await aCallback()];
    for (const { eventId } of [waiting, refused]) await age(eventId, 200);
    await inbox.end(refused, 'not_confirmed');
    await inbox.end(settled, 'taken_in');
    for (const { eventId } of [waiting, refused, settled])
      await expect(remove(eventId)).rejects.toThrow(/is not settled, or of today/);
  });

  it('is deleted when it was processed so many days ago, a slice at a time, and nothing else with it', async () => {
    const keys = [];
    for (let i = 0; i < 5; i++) keys.push(await aCallback());
    const [waiting, refused, young, ...old] = keys as [Key, Key, Key, Key, Key];
    for (const { eventId } of [waiting, refused, ...old]) await age(eventId, 91);
    await age(young.eventId, 89);
    await inbox.end(refused, 'amount_mismatch');
    for (const key of [young, ...old]) await inbox.end(key, 'taken_in');
    expect([await inbox.prune(90, 1), await inbox.prune(90, 10), await inbox.prune(90, 10)]).toEqual([1, 1, 0]);
    const left = await Promise.all(keys.map(({ eventId }) => row(eventId)));
    expect(left.map((found) => found === undefined)).toEqual([false, false, false, true, true]);
  });

  it('keeps its place in the line to the microsecond', async () => {
    const keys = [await aCallback(), await aCallback(), await aCallback()];
    for (const [i, { eventId }] of keys.entries())
      await owner.query(
        `UPDATE gateway_callbacks SET next_try_at = '2025-01-01 00:00:00.000001Z'::timestamptz + $2 * interval '1 microsecond'
         WHERE event_id = $1`,
        [eventId, i],
      );
    const seen: string[] = [];
    for (
      let after = null, slice;
      (slice = await inbox.due(['payout'], 1, after)).length > 0 && seen.length < 3;
      after = slice[0]!
    )
      seen.push(slice[0]!.eventId);
    expect(seen).toEqual(keys.map(({ eventId }) => eventId));
  });

  it('is due now when a clock has put it off that ran ahead, and not when it was put off for a while', async () => {
    const [misdated, putOff] = [await aCallback(), await aCallback()];
    await inbox.postpone(putOff, 1_800);
    await owner.query(`UPDATE gateway_callbacks SET next_try_at = now() + interval '25 hours' WHERE event_id = $1`, [
      misdated.eventId,
    ]);
    const due = (await inbox.due(['payout'], 1_000, null)).map(({ eventId }) => eventId);
    expect([due.includes(misdated.eventId), due.includes(putOff.eventId)]).toEqual([true, false]);
  });
});
