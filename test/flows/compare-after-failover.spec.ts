import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bahi } from '../support/bahi.js';
import { openBahiWith } from '../support/banks-over-http.js';
import type { ToyBankDouble } from '../support/toy-bank-double.js';

let bahi: Bahi;
let bank: ToyBankDouble;

beforeAll(async () => {
  ({ bahi, double: bank } = await openBahiWith('toy-bank', {}));
});
afterEach(async () => {
  bank.beforePage = () => undefined;
  await bahi.asOperator().post('/database-failovers/resume', { reason: 'Test.' });
});
afterAll(async () => {
  await bahi.close();
  await bank.close();
});

const failover = (timeline: number, seenAt: string): Promise<unknown> =>
  bahi.psql.query(
    `INSERT INTO database_failovers (system_identifier, timeline, from_timeline, was_synchronous, seen_at)
     VALUES ('7', $1, 1, false, ${seenAt}) ON CONFLICT DO NOTHING`,
    [timeline],
  );

const compare = () => bahi.command('compare', '--with-bank');

const stopping = async (): Promise<number[]> =>
  (await bahi.asOperator().get('/database-failovers')).body.results.flatMap(
    ({ timeline, stops_submissions }: { timeline: number; stops_submissions: boolean }) =>
      stops_submissions ? [timeline] : [],
  );

describe('compare --with-bank after a failover', () => {
  it('ends no stop that came while it was comparing', async () => {
    await failover(2, `now() - interval '1 hour'`);
    bank.beforePage = () => failover(3, 'clock_timestamp()');
    const { code, stdout } = await compare();
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /\nNo differences\.\nSubmissions stay stopped: the database failed over again at .*; run the command again/,
      ),
    ]);
    expect(await stopping()).toEqual([3]);
  });

  it('sees the orders of a bank whose clock is ahead', async () => {
    const lost = randomUUID();
    await failover(4, `now() - interval '1 hour'`);
    bank.add(lost, Date.now() + 30 * 60_000);
    const { code, stdout } = await compare();
    bank.forget(lost);
    expect([code, stdout]).toEqual([1, expect.stringContaining(`UNKNOWN_HERE toy-bank ${lost}: ₹123.45 at `)]);
    expect(await stopping()).toEqual([4]);
  });
});
